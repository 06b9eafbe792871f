// The typed answer. What is not yet stored is kept for this tab, whatever happens to the page or the line.

import { words } from "./words.js";

const LONGEST = 10_000;
const HINT = matchMedia("(pointer: fine)").matches ? `${words.answer.keys} ${words.answer.hint}` : words.answer.hint;
const DRAFT = `draft ${location.pathname}`;
const SENT = `sent ${location.pathname}`;

export class Typing {
  #ready = false;
  #trouble = ""; // what is wrong with the text in the field
  #why = HINT;
  #pasted = 0; // characters of the largest paste into what is in the field

  // `send(text, pasted)` tells whether it went out.
  constructor(form, send) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.button = form.querySelector("button");
    this.hint = form.querySelector(".hint");
    this.field.value = sessionStorage.getItem(DRAFT) ?? "";
    this.field.addEventListener("input", () => sessionStorage.setItem(DRAFT, this.field.value));
    this.field.addEventListener("paste", (event) => {
      this.#pasted = Math.max(this.#pasted, event.clipboardData?.getData("text").length ?? 0);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#submit(send);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(send);
    });
    this.#say(HINT);
  }

  show(shown) {
    this.form.hidden = !shown;
  }

  focus() {
    this.field.focus();
  }

  // Whether an answer may be sent in this state of the interview, and why not.
  follow(state) {
    this.#ready = ["speaking", "listening", "holding"].includes(state);
    const reasons = { down: words.answer.waiting, connecting: words.answer.waiting, paused: words.answer.paused };
    this.#why = reasons[state] ?? words.answer.later;
    this.button.ariaDisabled = this.#ready ? null : "true";
    this.#say(this.#ready || state === "thinking" ? this.#trouble || HINT : this.#why);
  }

  // A turn of the candidate is stored.
  stored() {
    sessionStorage.removeItem(SENT);
    this.#trouble = "";
  }

  // After a break: what was sent but is in none of the stored turns comes back into the field.
  recover(turns) {
    const sent = sessionStorage.getItem(SENT);
    if (!sent) return;
    this.stored();
    if (turns.some((turn) => turn.role === "candidate" && turn.content?.includes(sent))) return;
    this.field.value = [sent, this.field.value].filter(Boolean).join("\n");
    sessionStorage.setItem(DRAFT, this.field.value);
    this.#trouble = words.answer.unsent;
    this.#say(this.#trouble);
  }


  #submit(send) {
    const text = this.field.value.trim();
    this.#trouble = text.length > LONGEST ? words.answer.long : "";
    if (this.#trouble) this.#say(this.#trouble);
    else if (!this.#ready) this.#say(this.#why);
    else if (text && send(text, this.#pasted)) {
      sessionStorage.setItem(SENT, text);
      sessionStorage.removeItem(DRAFT);
      this.field.value = "";
      this.#pasted = 0;
    }
    this.field.focus();
  }

  #say(text) {
    if (this.hint.textContent !== text) this.hint.textContent = text;
  }
}
