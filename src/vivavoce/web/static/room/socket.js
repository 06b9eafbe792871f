// The built-in line: one WebSocket, sound in both directions as PCM.

const HELLO_WITHIN = 10_000;
const UNSENT_AUDIO = 96_000; // bytes, three seconds: nothing gets through any more

export class SocketLine {
  // `on`: message(object), audio(buffer), closed(code)
  constructor({ link, token }, mode, on) {
    const socket = (this.socket = new WebSocket(new URL(link, location.href.replace(/^http/, "ws"))));
    this.on = on;
    socket.binaryType = "arraybuffer";
    this.tooLate = setTimeout(() => this.#end(), HELLO_WITHIN);
    socket.onopen = () => this.send({ type: "hello", token, mode, protocol: 1 });
    socket.onmessage = ({ data }) => {
      clearTimeout(this.tooLate);
      if (typeof data === "string") on.message(JSON.parse(data));
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
    this.on = null;
    this.socket.close(1000);
  }

  #end(code) {
    const { on } = this;
    this.close();
    on?.closed(code);
  }
}
