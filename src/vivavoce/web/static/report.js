// The results page: plays the recording from a quote, follows it in the transcript, and fetches the report when it is
// there. Of a rehearsal that goes on, it fetches what was said so far.

const POLL_MS = 2500;
const POLLS = 720;

const player = () => document.querySelector("#player audio");
const pane = () => document.getElementById("transcript");
const besideReport = () => getComputedStyle(pane()).overflowY === "auto";

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a");
  if (!link) return;
  if (link.dataset.ms) {
    event.preventDefault();
    playFrom(Number(link.dataset.ms));
  } else if (link.getAttribute("href").startsWith("#t")) {
    event.preventDefault();
    goTo(link.hash);
  }
});

function playFrom(ms) {
  const audio = player();
  audio.currentTime = ms / 1000;
  audio.play();
}

// Going to a place in the pane leaves the report where it is; the address changes, so that "back" works.
function goTo(hash) {
  const top = window.scrollY;
  location.hash = hash;
  if (besideReport()) window.scrollTo({ top, behavior: "instant" });
}

function follow() {
  const ms = player().currentTime * 1000;
  const turns = [...document.querySelectorAll(".turn[data-start]")];
  const now = turns.findLast((turn) => Number(turn.dataset.start) <= ms);
  const before = document.querySelector(".turn.playing");
  if (now === before) return;
  before?.classList.remove("playing");
  now?.classList.add("playing");
  if (now && besideReport() && !player().paused) {
    const within = pane().getBoundingClientRect();
    const box = now.getBoundingClientRect();
    if (box.top < within.top || box.bottom > within.bottom) pane().scrollTop += box.top - within.top - 48;
  }
}

// Audio events do not bubble, but they can be caught on the way down; the player may come with the report.
document.addEventListener("timeupdate", follow, true);

async function keepUp() {
  for (let poll = 0; poll < POLLS; poll++) {
    await new Promise((done) => setTimeout(done, POLL_MS));
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const pending = page.querySelector("[data-pending]");
    if (pending && !document.querySelector("[data-pending=follow]")) continue;
    const before = document.getElementById("main");
    const main = page.getElementById("main");
    if (!main) return location.reload();
    if (main.innerHTML !== before.innerHTML) before.replaceWith(main);
    if (!pending) return;
  }
}

if (document.querySelector("[data-pending]")) keepUp();
