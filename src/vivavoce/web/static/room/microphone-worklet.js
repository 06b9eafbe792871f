// Runs in the audio thread: whatever rate the browser listens at becomes 16 kHz PCM16 in frames of 20 ms.

const RATE = 16_000;
const FRAME = 320;
const HALF = 24; // input samples on each side that one output sample is made from
const PHASES = 64;

// A windowed sinc for each place between two input samples; its cut-off keeps what 16 kHz cannot carry out.
function kernels(step) {
  const cutoff = Math.min(1, 1 / step) * 0.92;
  return Array.from({ length: PHASES }, (_, phase) => {
    const taps = new Float32Array(2 * HALF);
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap += 1) {
      const x = tap - HALF + 1 - phase / PHASES;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
      taps[tap] = sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (HALF + 1)));
      sum += taps[tap];
    }
    return taps.map((value) => value / sum);
  });
}

class Downsampler extends AudioWorkletProcessor {
  #step = sampleRate / RATE;
  #kernels = kernels(sampleRate / RATE);
  #input = new Float32Array(2 * HALF);
  #place = HALF; // of the next output sample, in input samples
  #frame = new Int16Array(FRAME);
  #filled = 0;

  process([channels]) {
    if (!channels.length) return true;
    this.#append(channels[0]);
    while (this.#place + HALF < this.#input.length) {
      this.#emit(this.#sample());
      this.#place += this.#step;
    }
    const used = Math.floor(this.#place) - HALF;
    this.#input = this.#input.slice(used);
    this.#place -= used;
    return true;
  }

  #append(samples) {
    const joined = new Float32Array(this.#input.length + samples.length);
    joined.set(this.#input);
    joined.set(samples, this.#input.length);
    this.#input = joined;
  }

  #sample() {
    const whole = Math.floor(this.#place);
    const taps = this.#kernels[Math.floor((this.#place - whole) * PHASES)];
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap += 1) sum += taps[tap] * this.#input[whole - HALF + 1 + tap];
    return Math.max(-1, Math.min(1, sum));
  }

  #emit(value) {
    this.#frame[this.#filled] = Math.round(value * 32_767);
    this.#filled += 1;
    if (this.#filled < FRAME) return;
    this.port.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
  }
}

registerProcessor("downsampler", Downsampler);
