// The microphone check: how loud, what was heard, and plain help when there is no microphone.

import { follow } from "./levels.js";
import { Link } from "./link.js";
import { MicrophoneProblem } from "./microphone.js";
import { words } from "./words.js";

const SILENCE = 8000;
const AUDIBLE = 0.01;

const find = (id) => document.getElementById(id);

export class Check {
  #quiet = 0;
  #metered = false;

  constructor(joinUrl, microphone, leave) {
    this.microphone = microphone;
    this.link = new Link(joinUrl, {
      joined() {},
      message: (message) => this.#heard(message),
      audio() {},
      voice() {},
      down: () => this.#say(words.heard.down),
      refused: leave,
      over() {},
      left: () => ({}),
    });
    find("microphone").addEventListener("change", (event) => this.start(event.target.value));
  }

  // Opens the microphone; with help instead when that fails. Tells whether it works.
  async start(device) {
    find("ways").hidden = true;
    find("check").hidden = false;
    find("begin").hidden = true;
    try {
      await this.microphone.start(device);
    } catch (error) {
      if (!(error instanceof MicrophoneProblem)) throw error;
      this.help(error.message);
      return false;
    }
    this.link.listenTo(this.microphone.track);
    this.#show(true);
    await this.#list();
    return true;
  }

  // Sends what the microphone hears to be read back.
  listen() {
    if (!this.#metered) follow(find("meter"), () => this.microphone.level);
    this.#metered = true;
    this.#say(words.heard.preparing);
    this.link.open("check");
    find("check-title").focus();
  }

  frame(buffer) {
    if (this.microphone.level > AUDIBLE) clearTimeout(this.#quiet);
    this.link.sendAudio(buffer);
  }

  stop() {
    clearTimeout(this.#quiet);
    this.link.close();
  }

  help(problem) {
    const [what, remedy] = words.microphone[problem](words.microphone.again);
    find("check-problem").textContent = what;
    find("check-remedy").textContent = remedy;
    this.#show(false);
    find("check-title").focus();
  }

  #show(works) {
    find("check-works").hidden = !works;
    find("check-help").hidden = works;
    find("begin").hidden = !works;
    find("try-again").hidden = works;
    find("type-after-all").classList.toggle("primary", !works);
  }

  async #list() {
    const devices = await this.microphone.devices();
    find("microphones").hidden = devices.length < 2;
    const options = devices.map((one) => new Option(one.label, one.deviceId));
    find("microphone").replaceChildren(...options);
    find("microphone").value = this.microphone.device;
  }

  #waitForSound() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#say(words.heard.silence), SILENCE);
  }

  #say(text) {
    find("heard-label").textContent = text;
  }

  // Without a voice there is nothing to begin with: typing is the way on.
  #notice({ code, text }) {
    clearTimeout(this.#quiet);
    this.#say(text);
    if (code !== "no_voice") return;
    find("begin").hidden = true;
    find("try-again").hidden = false;
    find("type-after-all").classList.add("primary");
  }

  #heard(message) {
    if (message.type === "notice") this.#notice(message);
    if (message.type === "state") {
      this.#say(words.heard.listening);
      this.#waitForSound();
    }
    if (message.type !== "caption" || message.role !== "candidate" || !message.text) return;
    clearTimeout(this.#quiet);
    find("heard").textContent = message.text;
    this.#say(message.final ? words.heard.heard : words.heard.listening);
  }
}
