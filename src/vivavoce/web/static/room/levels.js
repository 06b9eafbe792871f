// Lets an element follow a loudness: --level runs from 0 to 1, quick to rise and slow to fall.

export function follow(element, loudness) {
  let level = 0;
  const step = () => {
    const heard = Math.min(1, Math.sqrt(loudness()) * 1.6);
    level += (heard - level) * (heard > level ? 0.4 : 0.08);
    element.style.setProperty("--level", level.toFixed(3));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

export const stillness = matchMedia("(prefers-reduced-motion: reduce)");
