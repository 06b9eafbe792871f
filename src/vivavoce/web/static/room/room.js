// The room: prepares, joins, and keeps line, microphone, loudspeaker and page in step.

import "./moments.js";
import { Captions } from "./captions.js";
import { Check } from "./check.js";
import { follow, stillness } from "./levels.js";
import { Link, TAKEN_OVER } from "./link.js";
import { Microphone, MicrophoneProblem } from "./microphone.js";
import { Player } from "./player.js";
import { Typing } from "./typing.js";
import { View } from "./view.js";
import { words } from "./words.js";

const MODE = `mode ${location.pathname}`;
const CONFIRM_WITHIN = 5000;
const OFFERS_TYPING = ["offer_typing", "no_recogniser", "no_voice", "not_heard"];

const find = (id) => document.getElementById(id);

class Room {
  #state = "connecting";
  #mode = "text";
  #paused = false; // also while the line is down
  #takenFrom = ""; // the mode of this tab when another one took over
  #asked = 0; // until when the interviewer may still speak of the mode before a change
  #joined = null;
  #caughtUp = false;
  #checking = false;

  constructor(app) {
    const { join, leave } = app.dataset;
    this.leaveUrl = leave;
    this.begun = "begun" in app.dataset;
    this.view = new View(app);
    this.captions = new Captions(find("captions"));
    this.typing = new Typing(find("typing"), (text, pasted) => this.link.send({ type: "answer", text, pasted }));
    this.player = new Player((message) => this.link.send(message));
    this.microphone = new Microphone(
      (frame) => this.#frame(frame),
      () => this.#microphoneLost(),
    );
    this.check = new Check(join, this.microphone, () => this.#leave());
    this.link = new Link(join, {
      joined: (answer) => this.#onJoined(answer),
      message: (message) => this.#onMessage(message),
      audio: (buffer) => this.player.push(buffer),
      voice: (track) => this.player.play(track),
      down: () => this.#onDown(),
      refused: () => this.#leave(),
      over: (code) => this.#onOver(code),
      left: () => ({ lastWords: this.captions.lastWords, paused: this.#paused }),
    });
    this.#listen();
  }

  #listen() {
    for (const [way, choose] of [
      [find("choose-voice"), () => this.#chooseVoice()],
      [find("choose-text"), () => this.enter("text")],
    ]) {
      way?.addEventListener("click", choose);
      way?.removeAttribute("disabled"); // a press before now would have been lost
    }
    find("try-again").addEventListener("click", () => this.#chooseVoice());
    find("type-after-all").addEventListener("click", () => this.enter("text"));
    find("begin").addEventListener("click", () => this.enter("voice"));
    find("take-over").addEventListener("click", () => this.goOn(this.#takenFrom));
    this.view.onControl((action) => (action === "mode" ? this.#switch() : this.#control(action)));
    this.view.onEnd(() => this.#control("stop"));
    for (const press of ["pointerdown", "keydown"]) {
      addEventListener(press, () => {
        this.player.resume();
        this.microphone.resume();
      });
    }
    document.addEventListener("visibilitychange", () => this.#stayAwake());
    if (stillness.matches) return;
    follow(this.view.shape, () => (this.#state === "speaking" ? this.player.level : this.#heard()));
  }

  // As this tab was before it was loaded again, or before another one took over.
  async goOn(mode) {
    this.view.stage("prepare");
    if (mode === "text") this.enter("text");
    if (mode !== "voice" || !find("choose-voice")) return;
    const permission = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
    if (permission?.state !== "granted" || !(await this.player.start())) return;
    if (await this.check.start()) this.enter("voice");
  }

  enter(mode) {
    this.#checking = this.#paused = false;
    this.check.stop();
    if (mode === "text") this.microphone.stop();
    else this.player.start();
    this.#use(mode);
    this.#show("connecting");
    this.view.stage("room");
    this.link.open(mode);
    this.#stayAwake();
    if (mode === "text") this.typing.focus();
    else find("question").focus();
  }

  async #chooseVoice() {
    this.player.start();
    if (!(await this.check.start()) || this.view.app.dataset.stage !== "prepare") return; // typing was chosen meanwhile
    if (this.begun) this.enter("voice");
    else {
      this.#checking = true;
      this.check.listen();
    }
  }

  #use(mode) {
    this.#mode = mode;
    this.#remember();
    this.typing.show(mode === "text");
  }

  // For this tab when it is loaded again: who had paused is not listened to before they say so.
  #remember() {
    sessionStorage.setItem(MODE, this.#paused ? "" : this.#mode);
  }

  #show(state) {
    this.#state = state;
    this.view.state(state, this.#mode);
    this.typing.follow(state);
    this.link.listenTo(this.#mode === "voice" && !this.#paused ? this.microphone.track : null);
  }

  #control(action) {
    this.view.remark("");
    this.link.send({ type: "control", action });
  }

  async #switch() {
    this.view.remark("");
    const mode = this.#mode === "text" ? "voice" : "text";
    if (mode === "voice") {
      this.player.start();
      try {
        await this.microphone.start();
      } catch (error) {
        if (!(error instanceof MicrophoneProblem)) throw error;
        this.view.remark(words.microphone[error.message](words.controls.voice).join(" "));
        return;
      }
    } else this.microphone.stop();
    this.#change(mode);
  }

  #change(mode) {
    this.#asked = performance.now() + CONFIRM_WITHIN;
    this.#use(mode);
    this.link.setMode(mode);
    this.#show(this.#state);
    if (mode === "text") this.typing.focus();
  }

  #microphoneLost() {
    if (this.#checking) {
      this.check.help("missing");
      return;
    }
    this.#change("text");
    this.view.remark(words.microphone.lost);
  }

  #frame(buffer) {
    if (this.#checking) this.check.frame(buffer);
    else if (this.#mode === "voice" && !this.#paused) this.link.sendAudio(buffer);
  }

  #heard() {
    return this.#state === "listening" || this.#state === "holding" ? this.microphone.level : 0;
  }

  #onJoined(answer) {
    this.#joined = answer;
    this.#caughtUp = false;
  }

  #onMessage(message) {
    switch (message.type) {
      case "state":
        return this.#onState(message);
      case "caption":
        return this.#onCaption(message);
      case "audio":
        return this.player.open(message.segment, message.sampleRate);
      case "audioEnd":
        return this.player.end(message.segment);
      case "hold":
        return this.player.hold(message.segment, message.quiet);
      case "clear":
        return this.player.clear(message.segment);
      case "notice":
        // Said before the line is closed: a close code may be lost on the way, and to reconnect would take it back.
        if (message.code === "elsewhere") return this.#onOver(TAKEN_OVER);
        if (message.code === "no_voice") this.#asked = 0; // a change that was asked for did not come about
        return this.view.remark(message.text, OFFERS_TYPING.includes(message.code));
      case "ended":
        return this.#leave();
    }
  }

  #onState({ state, mode, question }) {
    if (mode === this.#mode) this.#asked = 0;
    else if (mode === "text" && performance.now() > this.#asked) {
      this.microphone.stop();
      this.#use("text");
    }
    this.#paused = state === "paused";
    this.#remember();
    this.#show(state);
    this.view.question(question);
    if (!this.#caughtUp) this.#catchUp();
  }

  #onCaption(caption) {
    this.captions.show(caption);
    if (caption.role !== "candidate") return;
    if (caption.text) this.view.remark("");
    if (caption.final && caption.turnNumber) this.typing.stored();
  }

  // What is stored already, for a page that was loaded again or was away.
  async #catchUp() {
    this.#caughtUp = true;
    const { history, token } = this.#joined;
    const answer = await fetch(history, { headers: { Authorization: `Bearer ${token}` } }).catch(() => null);
    if (!answer?.ok) return;
    const { data } = await answer.json();
    this.captions.restore(data);
    this.typing.recover(data);
  }

  #onDown() {
    this.player.reset();
    this.captions.forget();
    this.#show("down");
  }

  #onOver(code) {
    if (code !== TAKEN_OVER) {
      this.#leave();
      return;
    }
    this.link.close();
    this.#takenFrom = this.#mode;
    sessionStorage.removeItem(MODE);
    this.player.reset();
    this.microphone.stop();
    this.view.stage("elsewhere");
    find("take-over").focus();
  }

  #leave() {
    sessionStorage.removeItem(MODE);
    this.microphone.stop();
    this.link.close();
    this.#show("ended");
    location.assign(this.leaveUrl);
  }

  // A phone that goes dark takes the microphone along.
  #stayAwake() {
    if (document.hidden || this.view.app.dataset.stage !== "room") return;
    navigator.wakeLock?.request("screen").catch(() => null);
  }
}

const app = find("app");
const room = new Room(app);
const before = sessionStorage.getItem(MODE);
// For a tab that was in the interview itself, the other window is this one before it was loaded again.
if (before !== null || app.dataset.stage === "prepare") room.goOn(before);
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
