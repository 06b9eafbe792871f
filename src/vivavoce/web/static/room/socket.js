// The built-in line: one WebSocket, sound in both directions as PCM.

const HELLO_WITHIN = 10_000;
const SILENT_FOR = 12_000; // not even a ping came: the line is dead
const LOOK_EVERY = 2000;
const UNSENT_AUDIO = 96_000; // bytes, three seconds: nothing gets through any more

export class SocketLine {
  #cameAt = performance.now();

  // `on`: message(object), audio(buffer), left(), closed(code)
  constructor({ link, token }, mode, on) {
    const socket = (this.socket = new WebSocket(new URL(link, location.href.replace(/^http/, "ws"))));
    this.on = on;
    socket.binaryType = "arraybuffer";
    this.tooLate = setTimeout(() => this.#end(), HELLO_WITHIN);
    this.looking = setInterval(() => performance.now() - this.#cameAt > SILENT_FOR && this.#end(), LOOK_EVERY);
    socket.onopen = () => this.send({ type: "hello", token, mode, protocol: 1, ...on.left() });
    socket.onmessage = ({ data }) => {
      this.#cameAt = performance.now();
      const message = typeof data === "string" ? JSON.parse(data) : null;
      if (message?.type === "ping") {
        this.send({ type: "pong" });
        return;
      }
      clearTimeout(this.tooLate);
      if (message) on.message(message);
      else on.audio(data);
    };
    socket.onclose = ({ code }) => this.#end(code);
  }

  send(message) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  sendAudio(frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > UNSENT_AUDIO) this.#end();
    else this.socket.send(frame);
  }

  setMode(mode) {
    this.send({ type: "mode", mode });
  }

  // What is heard comes by sendAudio.
  listenTo() {}

  close() {
    clearTimeout(this.tooLate);
    clearInterval(this.looking);
    this.on = null;
    this.socket.close(1000);
  }

  #end(code) {
    const { on } = this;
    this.close();
    on?.closed(code);
  }
}
