// A LiveKit room as the line: sound by WebRTC, messages as data on one topic, in pieces that fit a packet.
//
// Hello is said every second, to one interviewer, and answered. Without an answer it is taken to be gone: another one
// is asked for, and whoever came last is greeted instead.

const TOPIC = "vivavoce";
const PIECE = 12_000; // bytes, of the 15 kB that a packet may have
const MORE = "+".charCodeAt(0);
const LAST = ".".charCodeAt(0);
const BEAT = 250;
const HELLO_EVERY = 1000;
const SILENT_AFTER = 2500;
const ASK_EVERY = 2500;
const GIVE_UP_AFTER = 12_000;
const RESUMES = 5;

export const TAKEN_OVER = 4001;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function library(address) {
  if (!globalThis.LivekitClient) await import(address);
  return globalThis.LivekitClient;
}

// Sound goes on while the library takes its connection to the server up again.
function resumeAfter({ retryCount }) {
  return retryCount < RESUMES ? 400 : null;
}

export class RoomLine {
  #room = null;
  #agent = ""; // the interviewer that is greeted, by its identity
  #answered = false;
  #voices = new Map(); // of interviewers, by their identity
  #pieces = []; // of a message that is not whole yet
  #sending = Promise.resolve();
  #publishing = Promise.resolve();
  #published = null;
  #heardAt = performance.now();
  #helloAt = 0;
  #askedAt = performance.now();
  #down = false;
  #state = null;
  #beat = 0;

  // `on`: message(object), voice(track), down(), left(), unanswered(), closed(code)
  constructor(joined, mode, track, on) {
    this.mode = mode;
    this.track = track;
    this.on = on;
    this.#enter(joined).catch(() => this.#end());
  }

  send(message) {
    if (!this.#answered || this.#down) return false;
    this.#publish(message, [this.#agent]);
    return true;
  }

  sendAudio() {}

  setMode(mode) {
    this.mode = mode;
    this.send({ type: "mode", mode });
  }

  // The track of the microphone, or nothing while nothing is to be heard.
  listenTo(track) {
    this.track = track;
    this.#publishing = this.#publishing.then(() => this.#publishTrack()).catch(() => null);
  }

  close() {
    clearInterval(this.#beat);
    this.on = null;
    this.#room?.removeAllListeners();
    this.#room?.disconnect();
  }

  async #enter({ library: address, link, token }) {
    const { Room, RoomEvent, DisconnectReason, setLogLevel } = await library(address);
    setLogLevel("error"); // what it tells below names the interview
    if (!this.on) return;
    const room = (this.#room = new Room({ reconnectPolicy: { nextRetryDelayInMs: resumeAfter } }));
    room.on(RoomEvent.DataReceived, (data, from, _, topic) => topic === TOPIC && from?.isAgent && this.#take(data, from.identity));
    room.on(RoomEvent.ParticipantConnected, () => {
      this.#askedAt = performance.now(); // who just came has some time to answer
      this.#hello();
    });
    room.on(RoomEvent.TrackSubscribed, (track, _, from) => {
      this.#voices.set(from.identity, track.mediaStreamTrack);
      if (from.identity === this.#agent) this.on.voice(track.mediaStreamTrack);
    });
    room.on(RoomEvent.Reconnecting, () => this.#end()); // could not resume, and comes in anew: that is done here
    room.on(RoomEvent.Disconnected, (reason) => this.#end(reason === DisconnectReason.DUPLICATE_IDENTITY ? TAKEN_OVER : 0));
    await room.connect(link, token, { maxRetries: 0 });
    if (!this.on) return;
    this.#heardAt = this.#askedAt = performance.now();
    this.#beat = setInterval(() => this.#tick(), BEAT);
    this.#hello();
    this.listenTo(this.track);
  }

  #tick() {
    const now = performance.now();
    const silence = now - this.#heardAt;
    if (silence > GIVE_UP_AFTER) {
      this.#end();
      return;
    }
    if (silence > SILENT_AFTER) this.#miss(now);
    if (!this.#answered || this.#down || now - this.#helloAt >= HELLO_EVERY) this.#hello();
  }

  #miss(now) {
    if (this.#answered && !this.#down) {
      this.#down = true;
      this.on.down();
    }
    if (now - this.#askedAt < ASK_EVERY) return;
    this.#askedAt = now;
    this.on.unanswered();
  }

  // To the one who answers; while nobody does, to whoever came last.
  #hello() {
    if (!this.#answered || this.#down) {
      const agents = [...this.#room.remoteParticipants.values()].filter((one) => one.isAgent);
      const latest = agents.reduce((last, one) => (last && last.joinedAt >= one.joinedAt ? last : one), null);
      if (!latest) return;
      if (latest.identity !== this.#agent) this.#greet(latest.identity);
    }
    this.#helloAt = performance.now();
    const hello = { type: "hello", mode: this.mode, protocol: 1, ...this.on.left() };
    this.#publish(hello, [this.#agent]);
  }

  #greet(agent) {
    this.#agent = agent;
    this.#answered = false;
    this.#pieces = [];
    if (this.#voices.has(agent)) this.on.voice(this.#voices.get(agent));
  }

  #take(piece, from) {
    if (from !== this.#agent || !this.on) return;
    const whole = this.#whole(piece);
    if (!whole) return;
    const message = JSON.parse(whole);
    const again = this.#down && this.#answered;
    this.#answered = true;
    this.#down = false;
    this.#heardAt = performance.now();
    if (message.type === "closed") this.#end(message.code);
    else if (again && message.type !== "state") this.on.message(this.#state);
    if (message.type === "here" || !this.on) return;
    if (message.type === "state") this.#state = message;
    this.on.message(message);
  }

  // The message, when this was its last piece.
  #whole(piece) {
    this.#pieces.push(piece.subarray(1));
    if (piece[0] === MORE) return "";
    const whole = this.#pieces.map((one) => decoder.decode(one, { stream: true })).join("") + decoder.decode();
    this.#pieces = [];
    return whole;
  }

  // One message after the other, each whole.
  #publish(message, destinationIdentities) {
    const data = encoder.encode(JSON.stringify(message));
    this.#sending = this.#sending
      .then(async () => {
        for (let start = 0; start < data.length; start += PIECE) {
          const rest = data.subarray(start, start + PIECE);
          const piece = new Uint8Array(rest.length + 1);
          piece[0] = start + PIECE < data.length ? MORE : LAST;
          piece.set(rest, 1);
          await this.#room.localParticipant.publishData(piece, { reliable: true, topic: TOPIC, destinationIdentities });
        }
      })
      .catch(() => null); // what does not get through is noticed by its missing answer
  }

  async #publishTrack() {
    const me = this.#room?.localParticipant;
    if (!me || this.#published?.source === this.track) return;
    if (this.#published) await me.unpublishTrack(this.#published.copy, true);
    this.#published = null;
    if (!this.track || !this.on) return;
    const copy = this.track.clone(); // the room stops and mutes what it has
    this.#published = { source: this.track, copy };
    await me.publishTrack(copy, { source: "microphone", name: "microphone", dtx: false });
  }

  #end(code) {
    const { on } = this;
    this.close();
    on?.closed(code);
  }
}
