// The interviewer's voice: segments of PCM16, each acknowledged when it begins and when it is over.

const RATE = 24_000;
const LEAD = 0.08; // seconds of sound in hand before a segment starts

export class Player {
  #context = null;
  #meter = null;
  #samples = new Float32Array(512);
  #segments = new Map();
  #open = null;
  #next = 0;
  #held = false;
  #live = null; // a voice that comes as a track

  // `send({type: "playing"|"played", …})` reaches the interviewer.
  constructor(send) {
    this.send = send;
  }

  // After a press, so that the browser allows sound. Tells whether it does.
  async start() {
    if (!this.#context) {
      this.#context = new AudioContext({ sampleRate: RATE });
      this.#meter = new AnalyserNode(this.#context, { fftSize: 512 });
      this.#meter.connect(this.#context.destination);
    }
    await Promise.race([this.#context.resume(), new Promise((done) => setTimeout(done, 300))]);
    return this.#context.state === "running";
  }

  resume() {
    this.#live?.element.play().catch(() => null);
    this.#live?.context.resume();
    if (this.#context && !this.#held && this.#context.state !== "running") this.#context.resume();
  }

  get level() {
    const meter = this.#live?.meter ?? (this.#segments.size ? this.#meter : null);
    if (!meter) return 0;
    meter.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.sqrt(sum / this.#samples.length);
  }

  // Instead of segments: a track that sounds whenever the interviewer speaks.
  play(track) {
    this.#hush();
    const stream = new MediaStream([track]);
    const element = new Audio();
    element.srcObject = stream;
    const context = new AudioContext();
    const meter = new AnalyserNode(context, { fftSize: 512 });
    context.createMediaStreamSource(stream).connect(meter);
    this.#live = { element, context, meter };
    this.resume();
  }

  open(id, rate) {
    this.#open = { id, rate, pieces: [], sounding: 0, complete: false, timer: 0 };
    this.#segments.set(id, this.#open);
  }

  push(buffer) {
    const segment = this.#open;
    if (!segment || !this.#context) return;
    const pcm = new Int16Array(buffer, 0, buffer.byteLength >> 1);
    if (!pcm.length) return;
    const sound = this.#context.createBuffer(1, pcm.length, segment.rate);
    const channel = sound.getChannelData(0);
    for (let at = 0; at < pcm.length; at += 1) channel[at] = pcm[at] / 32_768;
    this.#schedule(segment, sound);
  }

  end(id) {
    const segment = this.#segments.get(id);
    if (this.#open?.id === id) this.#open = null;
    if (!segment) return;
    segment.complete = true;
    if (!segment.sounding) this.#over(segment);
  }

  // Quiet where it is, until it goes on from there or is cleared.
  hold(id, quiet) {
    if (!this.#segments.has(id) || quiet === this.#held) return;
    this.#held = quiet;
    if (quiet) this.#context?.suspend();
    else this.#context?.resume();
  }

  clear(id) {
    const segment = this.#segments.get(id);
    if (this.#open?.id === id) this.#open = null;
    if (segment) this.#over(segment);
  }

  // The line is gone: silence, and nobody to tell.
  reset() {
    for (const segment of this.#segments.values()) {
      this.#silence(segment);
      this.hold(segment.id, false);
    }
    this.#segments.clear();
    this.#open = null;
  }

  #hush() {
    if (!this.#live) return;
    this.#live.element.srcObject = null;
    this.#live.context.close();
    this.#live = null;
  }

  #schedule(segment, sound) {
    const now = this.#context.currentTime;
    const start = Math.max(this.#next, now + (segment.pieces.length ? 0 : LEAD));
    const source = new AudioBufferSourceNode(this.#context, { buffer: sound });
    source.connect(this.#meter);
    source.start(start);
    this.#next = start + sound.duration;
    if (!segment.pieces.length) {
      segment.timer = setTimeout(() => this.send({ type: "playing", segment: segment.id }), (start - now) * 1000);
    }
    segment.pieces.push({ source, start, length: sound.duration });
    segment.sounding += 1;
    source.onended = () => {
      segment.sounding -= 1;
      if (segment.complete && !segment.sounding) this.#over(segment);
    };
  }

  #over(segment) {
    const heard = this.#silence(segment);
    this.hold(segment.id, false);
    this.#segments.delete(segment.id);
    this.send({ type: "played", segment: segment.id, ms: Math.round(heard * 1000) });
  }

  // Stops it and tells how many seconds of it were heard.
  #silence(segment) {
    clearTimeout(segment.timer);
    const now = this.#context?.currentTime ?? 0;
    let heard = 0;
    for (const piece of segment.pieces) {
      piece.source.onended = null;
      piece.source.stop();
      heard += Math.max(0, Math.min(now - piece.start, piece.length));
    }
    if (![...this.#segments.values()].some((other) => other !== segment && other.sounding)) this.#next = 0;
    return heard;
  }
}
