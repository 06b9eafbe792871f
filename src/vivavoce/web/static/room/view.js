// What the room shows: which part of the page, the state in words, the question, the controls.

import { words } from "./words.js";

const ALLOWED = {
  connecting: [],
  speaking: ["moment", "repeat", "rephrase", "skip", "mode", "pause"],
  listening: ["moment", "finished", "repeat", "rephrase", "skip", "mode", "pause"],
  thinking: ["mode", "pause"],
  holding: ["moment", "finished", "repeat", "rephrase", "skip", "mode", "pause"],
  paused: ["mode", "pause"],
  down: [],
  ended: [],
};
const SAID_ALOUD = ["holding", "paused", "down"];

const find = (id) => document.getElementById(id);

export class View {
  #said = "";
  #typingHelps = false;

  constructor(app) {
    this.app = app;
    this.shape = find("shape");
    this.voiceToo = app.dataset.recogniser !== "none";
    this.buttons = new Map([...find("controls").children].map((one) => [one.dataset.action, one]));
  }

  stage(name) {
    this.app.dataset.stage = name;
  }

  state(state, mode) {
    const before = this.app.dataset.state;
    this.app.dataset.state = state;
    this.app.dataset.mode = mode;
    const text = words.states[mode === "text" && state === "listening" ? "typing" : state] ?? "";
    find("state").textContent = text;
    this.#controls(state, mode);
    if (state === before) return;
    if (SAID_ALOUD.includes(state)) this.announce(text);
    else if (before === "down") this.announce(words.back);
  }

  question(question) {
    if (!question) return;
    const { number, count, text } = question;
    const heading = find("question");
    if (heading.textContent !== text) heading.textContent = text;
    find("question-number").textContent = words.question(number, count);
    const progress = find("progress");
    progress.ariaValueMax = count;
    progress.ariaValueNow = number;
    progress.ariaValueText = words.question(number, count);
    progress.firstElementChild.style.setProperty("--part", (number - 1) / count);
  }

  // A remark under the state stays until the next one.
  remark(text, typingHelps = false) {
    const remark = find("remark");
    remark.textContent = text;
    this.#typingHelps = typingHelps;
    this.#showTheWayOut();
    if (text) this.announce(text);
  }

  announce(text) {
    if (text === this.#said) find("announce").textContent = "";
    this.#said = text;
    find("announce").textContent = text;
  }

  // Calls act(action) for what may be pressed now; "resume" where the button says so.
  onControl(act) {
    for (const [action, button] of this.buttons) {
      button.addEventListener("click", () => {
        const state = this.app.dataset.state;
        if (!(ALLOWED[state] ?? []).includes(action)) return;
        const resumes = (action === "moment" && state === "holding") || (action === "pause" && state === "paused");
        act(resumes ? "resume" : action);
      });
    }
  }

  // Calls back when the candidate wants to end early, and has confirmed it.
  onEnd(act) {
    const dialog = find("end-dialog");
    find("end").addEventListener("click", () => {
      dialog.returnValue = "";
      dialog.showModal();
    });
    dialog.addEventListener("close", () => dialog.returnValue === "end" && act());
  }

  #controls(state, mode) {
    const allowed = ALLOWED[state] ?? [];
    for (const [action, button] of this.buttons) {
      button.ariaDisabled = allowed.includes(action) ? null : "true";
    }
    const { moment, ready, pause, goOn, text, voice } = words.controls;
    this.#label("moment", state === "holding" ? ready : moment);
    this.#label("pause", state === "paused" ? goOn : pause);
    this.#label("mode", mode === "text" ? voice : text);
    this.#showTheWayOut();
    this.buttons.get("mode").hidden = mode === "text" && !this.voiceToo;
    this.buttons.get("finished").hidden = mode === "text";
    const next = { listening: "finished", holding: "moment", paused: "pause" }[state];
    for (const action of ["finished", "moment", "pause"]) {
      this.buttons.get(action).classList.toggle("primary", action === next);
    }
  }

  #showTheWayOut() {
    const typing = this.app.dataset.mode === "text";
    this.buttons.get("mode").classList.toggle("primary", this.#typingHelps && !typing);
  }

  #label(action, label) {
    const button = this.buttons.get(action);
    if (button.textContent !== label) button.textContent = label;
  }
}
