// Whether single keys do something. Who dictates, or whose hand rests on the keyboard, turns them off in this browser (WCAG 2.1.4).

const KEPT = "livebot.keys";

let on = kept() !== "off";
apply();

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden
  }
}

function apply() {
  if (on) delete document.documentElement.dataset.keys;
  else document.documentElement.dataset.keys = "off";
}

/** Whether they do. */
export const keysOn = () => on;

/** Whether this key does nothing now: a sign by itself, while those are off. */
export const isOff = (key) => !on && key.length === 1;

/** Turn them off, or on again. */
export function switchKeys() {
  on = !on;
  apply();
  try {
    if (on) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // not kept, then
  }
}
