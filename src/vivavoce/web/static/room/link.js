// The line to the interviewer: joins, says hello, and comes back by itself when it drops.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
const ANSWER_WITHIN = 10_000;
const UNSENT_AUDIO = 96_000; // bytes, three seconds: nothing gets through any more

export const TAKEN_OVER = 4001;
const DONE = 1000;
const NOT_ALLOWED = 4002;

class Refused extends Error {}

async function join(url) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  const code = problem.error?.code ?? String(answer.status);
  if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) throw new Refused(code);
  throw new Error(code);
}

export class Link {
  #socket = null;
  #attempt = 0;
  #wait = FIRST_WAIT;
  #timer = 0;

  // `on`: joined(answer), message(object), audio(buffer), down(), refused(), over(code)
  constructor(joinUrl, on) {
    this.joinUrl = joinUrl;
    this.on = on;
    this.mode = "text";
    addEventListener("online", () => this.#timer && this.#connect());
    addEventListener("offline", () => this.#socket && this.#drop());
  }

  open(mode) {
    this.mode = mode;
    this.#wait = FIRST_WAIT;
    this.#connect();
  }

  close() {
    this.#leave();
  }

  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  sendAudio(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > UNSENT_AUDIO) this.#drop();
    else this.#socket.send(frame);
  }

  // From now on in this mode, after a reconnect too.
  setMode(mode) {
    this.mode = mode;
    this.send({ type: "mode", mode });
  }

  async #connect() {
    this.#leave();
    const attempt = this.#attempt;
    let joined;
    try {
      joined = await join(this.joinUrl);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (error instanceof Refused) this.on.refused();
      else this.#again();
      return;
    }
    if (attempt !== this.#attempt) return;
    this.on.joined(joined);
    this.#listen(new WebSocket(new URL(joined.link, location.href.replace(/^http/, "ws"))), joined.token);
  }

  #listen(socket, token) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const tooLate = setTimeout(() => this.#drop(), ANSWER_WITHIN);
    socket.onopen = () => this.send({ type: "hello", token, mode: this.mode, protocol: 1 });
    socket.onmessage = ({ data }) => {
      clearTimeout(tooLate);
      this.#wait = FIRST_WAIT;
      if (typeof data === "string") this.on.message(JSON.parse(data));
      else this.on.audio(data);
    };
    socket.onclose = ({ code }) => {
      clearTimeout(tooLate);
      if (socket !== this.#socket) return;
      this.#socket = null;
      if (code === NOT_ALLOWED) this.on.refused();
      else if (code === DONE || code === TAKEN_OVER) this.on.over(code);
      else this.#again();
    };
  }

  #drop() {
    this.#leave();
    this.#again();
  }

  // Whatever is under way no longer counts.
  #leave() {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#timer = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(DONE);
  }

  #again() {
    this.on.down();
    const wait = this.#wait * (0.75 + Math.random() / 2);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}
