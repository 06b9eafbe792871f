// A microphone that says what the test gives it, when the test says so; and ears for the interviewer's voice.

const line = { context: null, out: null };

navigator.mediaDevices.getUserMedia = async () => {
  line.context ??= new AudioContext({ sampleRate: 48000 });
  await line.context.resume();
  line.out = line.context.createMediaStreamDestination();
  return line.out.stream;
};

// PCM16 mono at 16 kHz in base64; resolves when the last sample was said, with that time in ms.
globalThis.sayIntoMicrophone = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const pcm = new Int16Array(bytes.buffer);
  const sound = line.context.createBuffer(1, pcm.length, 16000);
  const channel = sound.getChannelData(0);
  for (let at = 0; at < pcm.length; at += 1) channel[at] = pcm[at] / 32768;
  const source = new AudioBufferSourceNode(line.context, { buffer: sound });
  source.connect(line.out);
  return new Promise((done) => {
    source.onended = () => done(performance.now());
    source.start();
  });
};

// When each piece of the interviewer's voice begins to sound, in ms.
globalThis.heard = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when = 0, ...rest) {
  if (this.context !== line.context) {
    const wait = Math.max(0, when - this.context.currentTime) * 1000;
    globalThis.heard.push(performance.now() + wait);
  }
  return start.call(this, when, ...rest);
};

// The same for a voice that comes as a track: each time that it begins to sound.
const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
  ...source,
  set(stream) {
    source.set.call(this, stream);
    if (!stream) return;
    const context = new AudioContext();
    const ear = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(stream).connect(ear);
    const samples = new Float32Array(1024);
    let quietSince = 0;
    setInterval(() => {
      ear.getFloatTimeDomainData(samples);
      const now = performance.now();
      if (!samples.some((one) => Math.abs(one) > 0.02)) return;
      if (now - quietSince > 500) globalThis.heard.push(now);
      quietSince = now;
    }, 20);
  },
});

globalThis.microphoneIsOpen = () => line.out.stream.getAudioTracks()[0].readyState === "live";

// As if it had been unplugged.
globalThis.loseMicrophone = () => {
  const [track] = line.out.stream.getAudioTracks();
  track.dispatchEvent(new Event("ended"));
};
