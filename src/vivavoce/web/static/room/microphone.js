// The candidate's microphone, as frames of 20 ms ready to send.

const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

export class MicrophoneProblem extends Error {}

async function listen(device) {
  if (!isSecureContext) throw new MicrophoneProblem("insecure");
  if (!navigator.mediaDevices || !globalThis.AudioWorkletNode) throw new MicrophoneProblem("unsupported");
  const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (device) audio.deviceId = { ideal: device };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new MicrophoneProblem(PROBLEMS[error.name] ?? "unsupported");
  }
}

function loudness(frame) {
  const samples = new Int16Array(frame);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length) / 32_768;
}

export class Microphone {
  #stream = null;
  #context = null;
  #starting = 0;

  // `onFrame(buffer)` fifty times a second; `onLost()` when it was unplugged or taken away.
  constructor(onFrame, onLost) {
    this.onFrame = onFrame;
    this.onLost = onLost;
    this.level = 0;
  }

  get device() {
    return this.#stream?.getAudioTracks()[0].getSettings().deviceId ?? "";
  }

  get track() {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  // Throws MicrophoneProblem, whose message is a key of words.microphone.
  async start(device = "") {
    this.stop();
    const starting = this.#starting;
    const stream = await listen(device);
    if (starting !== this.#starting) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    this.#context = new AudioContext();
    stream.getAudioTracks()[0].onended = () => {
      this.stop();
      this.onLost();
    };
    try {
      await this.#frames(stream, this.#context);
    } catch {
      this.stop();
      throw new MicrophoneProblem("unsupported");
    }
  }

  stop() {
    this.#starting += 1;
    this.level = 0;
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.#context?.close();
    this.#stream = this.#context = null;
  }

  async devices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((one) => one.kind === "audioinput" && one.deviceId);
  }

  resume() {
    this.#context?.resume();
  }

  async #frames(stream, context) {
    await context.audioWorklet.addModule(new URL("./microphone-worklet.js", import.meta.url));
    if (context !== this.#context) return;
    const node = new AudioWorkletNode(context, "downsampler", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => {
      if (context !== this.#context) return;
      this.level = loudness(data);
      this.onFrame(data);
    };
    // Some browsers run a node only when it leads to the loudspeakers; what it puts out is silence.
    context.createMediaStreamSource(stream).connect(node).connect(context.destination);
    context.resume();
  }
}
