// Icons and the marks of a question's state: colour, shape and word always go together.
import shapes from "../vendor/icons.mjs";
import { h } from "../vendor/preact.mjs";
import { html } from "./html.mjs";

/** An icon that says nothing by itself: a word stands beside it, or its button is named. */
export function Icon({ name, size = 18 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${shapes[name].map(([tag, attributes]) => h(tag, attributes))}
  </svg>`;
}

const MARKS = {
  open: html`<circle cx="12" cy="12" r="8.5" />`,
  late: html`<circle cx="12" cy="12" r="8.5" /><circle cx="12" cy="12" r="4.5" class="full" />`,
  held: "hand",
  answered: "check",
  dismissed: "minus",
  expired: "minus",
};

/** The mark of a state: hollow ring, filled ring, hand, check, dash. */
export function Mark({ state, size = 20 }) {
  const mark = MARKS[state];
  return html`<svg class="icon mark ${state}" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${typeof mark === "string" ? shapes[mark].map(([tag, attributes]) => h(tag, attributes)) : mark}
  </svg>`;
}
