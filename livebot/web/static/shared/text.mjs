// Text of viewers: always text, never markup; isolated from what stands beside it; hidden direction marks made visible.
import { html } from "./html.mjs";

// Characters that change the direction of others, or hide. A joiner inside an emoji is none of them, nor are the tags of a flag.
const HIDDEN = /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0]|(?<!\p{Emoji}\u{fe0f}?|[\u{e0020}-\u{e007f}])[\u{e0020}-\u{e007f}]/gu;
const MARKS_KEPT = 12; // code points of one visible character; beyond that it is an attack on the lines above and below
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The visible characters of a text, none of them taller than a line allows. */
function characters(text, limit) {
  const out = [];
  for (const { segment } of segmenter.segment(text)) {
    if (out.length === limit) return { out, cut: true };
    out.push([...segment].slice(0, MARKS_KEPT).join(""));
  }
  return { out, cut: false };
}

/** Cut a text to `limit` visible characters, never inside one. */
export function cut(text, limit) {
  const { out, cut: more } = characters(text, limit);
  return out.join("") + (more ? "…" : "");
}

/** A text to be read out, of at most `limit` visible characters: cut between sentences where some fit, so that nobody breaks off in one. */
export function readable(text, limit) {
  const { out, cut: more } = characters(text, limit);
  if (!more) return out.join("");
  const end = out.findLastIndex((char, i) => /[.!?。]/.test(char) && out[i + 1] === " ");
  return end > limit / 3 ? `${out.slice(0, end + 1).join("")} …` : `${out.join("")}…`;
}

/** The text without hidden characters, for the overlay. */
export function withoutHidden(text) {
  return text.replace(HIDDEN, "").replace(/\s+/g, " ").trim();
}

/** The parts of a text, with hidden characters as visible escapes. */
function pieces(text, limit) {
  const parts = [];
  let from = 0;
  const shown = cut(text, limit);
  for (const found of shown.matchAll(HIDDEN)) {
    parts.push(shown.slice(from, found.index));
    parts.push(html`<span class="escape">${found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}</span>`);
    from = found.index + found[0].length;
  }
  parts.push(shown.slice(from));
  return parts;
}

/** Text of a viewer, with hidden characters as visible escapes. */
export function Said({ text, limit = 2000 }) {
  return html`<bdi class="said">${pieces(text, limit)}</bdi>`;
}

/** Text of a viewer in which parts stand out: `marks` are [start, end, why] in code points, in order. */
export function Marked({ text, marks = [], limit = 2000 }) {
  const letters = [...text];
  const parts = [];
  let from = 0;
  for (const [start, end, why] of marks) {
    parts.push(pieces(letters.slice(from, start).join(""), limit));
    parts.push(html`<mark class=${`same same-${why}`}>${pieces(letters.slice(start, end).join(""), limit)}</mark>`);
    from = end;
  }
  parts.push(pieces(letters.slice(from).join(""), limit));
  return html`<bdi class="said">${parts}</bdi>`;
}

/** A viewer's name, cut at a character's border. */
export function Name({ name, limit = 16 }) {
  return html`<span class="name"><${Said} text=${name} limit=${limit} /></span>`;
}
