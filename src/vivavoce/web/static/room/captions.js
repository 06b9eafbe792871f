// What was said, in order: stored turns by their number, and the words that are just being spoken.

export class Captions {
  #turns = new Map();
  #spoken = { agent: null, candidate: null };
  lastWords = ""; // the candidate's that were being said when the line went down, until there is more to show

  constructor(list) {
    this.list = list;
    this.log = list.parentElement; // which scrolls
    new ResizeObserver(() => this.#toEnd()).observe(this.log);
  }

  // The turns that are stored, after a reload or a broken line.
  restore(turns) {
    for (const { turnNumber, role, content } of turns) {
      if (content) this.#stored(turnNumber, role, content);
    }
    this.#settle();
  }

  show({ role, text, final, turnNumber, after }) {
    this.lastWords = "";
    if (!final) this.#provisional(role, text);
    else {
      this.#provisional(role, "");
      if (turnNumber) this.#stored(turnNumber, role, text);
      else if (text) this.#insert(this.#item(role, text), after + 0.5);
    }
    this.#settle();
  }

  // A line that went down takes along what was half said.
  forget() {
    this.lastWords = this.#spoken.candidate?.textContent || this.lastWords;
    for (const role of Object.keys(this.#spoken)) this.#provisional(role, "");
  }

  #stored(number, role, text) {
    const known = this.#turns.get(number);
    if (known) {
      if (known.textContent !== text) known.textContent = text;
      return;
    }
    const item = this.#item(role, text);
    this.#turns.set(number, item);
    this.#insert(item, number);
  }

  // Turns come when they are stored, which may be after what was said next.
  #insert(item, place) {
    item.dataset.place = place;
    const later = [...this.list.children].find((other) => Number(other.dataset.place) > place);
    this.list.insertBefore(item, later ?? null);
  }

  // Not read out while it changes: it is read when it is final.
  #provisional(role, text) {
    if (!text) {
      this.#spoken[role]?.remove();
      this.#spoken[role] = null;
      return;
    }
    if (!this.#spoken[role]) {
      this.#spoken[role] = this.#item(role, "");
      this.#spoken[role].ariaHidden = "true";
      this.list.append(this.#spoken[role]);
    }
    this.#spoken[role].textContent = text;
  }

  #item(role, text) {
    const item = document.createElement("li");
    item.className = role;
    item.textContent = text;
    return item;
  }

  #settle() {
    const items = this.list.children;
    for (const item of items) item.classList.toggle("now", item === items[items.length - 1]);
    this.#toEnd();
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}
