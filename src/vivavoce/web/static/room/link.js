// The way to the interviewer: joins, opens a line, and opens it again by itself when it drops.

import { RoomLine, TAKEN_OVER } from "./livekit.js";
import { SocketLine } from "./socket.js";

const FIRST_WAIT = 250; // another interviewer may be there already
const LONGEST_WAIT = 5000;
const ANSWER_WITHIN = 10_000;

export { TAKEN_OVER };
const DONE = 1000;
const NOT_ALLOWED = 4002;
const ELSEWHERE = "OPEN_ELSEWHERE"; // a page that was pressed to enter since then has the interview

class Refused extends Error {}

async function join(url, joining) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(joining),
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  const code = problem.error?.code ?? String(answer.status);
  if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) throw new Refused(code);
  throw new Error(code);
}

export class Link {
  #line = null;
  #track = null;
  #attempt = 0;
  #wait = FIRST_WAIT;
  #timer = 0;
  #page = ""; // the name under which this page entered, since it was pressed to
  #entered = false;

  // `on`: joined(answer), message(object), audio(buffer) or voice(track), down(), refused(), over(code), left()
  constructor(joinUrl, on) {
    this.joinUrl = joinUrl;
    this.on = on;
    this.mode = "text";
    addEventListener("online", () => this.#timer && this.#connect());
    addEventListener("offline", () => this.#line && this.#drop());
  }

  open(mode) {
    this.mode = mode;
    this.#wait = FIRST_WAIT;
    this.#page = mode === "check" ? "" : Math.random().toString(36).slice(2);
    this.#entered = false;
    this.#connect();
  }

  close() {
    this.#leave();
  }

  // Tells whether it went out.
  send(message) {
    return this.#line?.send(message) ?? false;
  }

  // The microphone as frames, and as a track (or nothing while it is not to be heard): a line takes one of the two.
  sendAudio(frame) {
    this.#line?.sendAudio(frame);
  }

  listenTo(track) {
    if (track === this.#track) return;
    this.#track = track;
    this.#line?.listenTo(track);
  }

  // From now on in this mode, after a reconnect too.
  setMode(mode) {
    this.mode = mode;
    this.#line?.setMode(mode);
  }

  async #connect() {
    this.#leave();
    const attempt = this.#attempt;
    const joined = await this.#join();
    if (attempt !== this.#attempt || !joined) return;
    this.on.joined(joined);
    this.#line = joined.library
      ? new RoomLine(joined, this.mode, this.#track, this.#events(attempt))
      : new SocketLine(joined, this.mode, this.#events(attempt));
  }

  #events(attempt) {
    return {
      message: (message) => {
        this.#wait = FIRST_WAIT;
        this.on.message(message);
      },
      audio: (buffer) => this.on.audio(buffer),
      voice: (track) => this.on.voice(track),
      down: () => this.on.down(),
      left: () => this.on.left(),
      unanswered: () => join(this.joinUrl, { unanswered: true }).catch(() => null),
      closed: (code) => attempt === this.#attempt && this.#closed(code),
    };
  }

  // Nothing when it was refused, or is tried again.
  async #join() {
    const attempt = this.#attempt;
    try {
      const joined = await join(this.joinUrl, { page: this.#page, again: this.#entered });
      this.#entered ||= attempt === this.#attempt;
      return joined;
    } catch (error) {
      if (attempt !== this.#attempt) return null;
      if (error instanceof Refused && error.message === ELSEWHERE) this.on.over(TAKEN_OVER);
      else if (error instanceof Refused) this.on.refused();
      else this.#again();
      return null;
    }
  }

  #closed(code) {
    this.#line = null;
    if (code === NOT_ALLOWED) this.on.refused();
    else if (code === DONE || code === TAKEN_OVER) this.on.over(code);
    else this.#again();
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
    this.#line?.close();
    this.#line = null;
  }

  #again() {
    this.on.down();
    const wait = this.#wait * (0.75 + Math.random() / 2);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}
