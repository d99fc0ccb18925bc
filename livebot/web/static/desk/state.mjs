// What the desk keeps beside the show: what is chosen, typed and opened. One object; setting something draws the page again.

import { newId } from "../shared/send.mjs";
import { t } from "../shared/words.mjs";

const NAME = "livebot.name";
export const NO_FILTERS = { state: "", topic: "", product: "", channel: "", wait: "", sort: "" };

function kept(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // not kept, then
  }
}

function newName() {
  const name = `${t("staff")} ${crypto.getRandomValues(new Uint8Array(1))[0] % 90 + 10}`;
  keep(NAME, name);
  return name;
}

export class Desk {
  constructor(link, draw) {
    this.link = link;
    this.draw = draw;
    this.selected = null;
    this.tab = "todo";
    this.query = "";
    this.filters = NO_FILTERS;
    this.filtering = false; // whether the filters are open
    this.pane = "queue"; // on small screens one pane is seen: queue, question or around
    this.side = "chat";
    this.drafts = new Map(); // question -> {faq or message, text, taken}: what is being written, kept until it is sent or cancelled
    this.noting = null; // {question, text}
    this.splitting = null; // {question, lines: Set of asker lines}
    this.asking = null; // what waits for a second tap: {what: stop | claimed, …}
    this.dialog = null; // {what: keys | merge | relink | viewer, …}
    this.more = false; // whether the menu of further actions is open
    this.rundown = false; // whether the rundown is open
    this.toasts = [];
    this.undo = [];
    this.busy = new Set();
    this.wanted = new Map(); // choices that are on their way to the show
    this.me = kept(NAME) || newName(); // two people at two desks must be told apart from the start
    this.pasted = null;
  }

  set(changes) {
    Object.assign(this, changes);
    this.draw();
  }

  question(id = this.selected) {
    return id === null ? undefined : this.link.section("questions").get(id);
  }

  /** The question that an asker line belongs to, as far as the desk knows. */
  asked(line) {
    const questions = this.link.section("questions");
    if (questions.has(line)) return line;
    const found = [...questions.values()].find((question) => question.askers.some((asker) => asker.line === line));
    return found?.id ?? null;
  }

  /** From how many seconds on an open question is missed. */
  get missedAfter() {
    return this.link.section("settings").get("ladder")?.board_after ?? 45;
  }

  /** From which likelihood on livebot itself would suggest an FAQ entry. */
  get suggestFrom() {
    return this.link.section("settings").get("ladder")?.suggest_confidence ?? 0.3;
  }

  /** Keep what is being written for a question, or let it go. */
  draft(question, draft) {
    const drafts = new Map(this.drafts);
    if (draft) drafts.set(question, draft);
    else drafts.delete(question);
    this.set({ drafts });
  }

  select(id, pane = this.pane) {
    const other = id !== this.selected ? { noting: null, splitting: null, more: false } : {};
    this.set({ selected: id, pane, ...other });
  }

  setName(me) {
    keep(NAME, me);
    this.set({ me });
  }

  toast(text, { kind = "done", undo = false, seconds = undo ? 10 : 6, again = null, copy = "" } = {}) {
    const toast = { id: newId(), text, kind, undo, again, copy };
    this.set({ toasts: [...this.toasts.slice(-1), toast] });
    setTimeout(() => this.dismiss(toast.id), seconds * 1000);
    return toast.id;
  }

  dismiss(id) {
    if (this.toasts.some((toast) => toast.id === id)) this.set({ toasts: this.toasts.filter((toast) => toast.id !== id) });
  }
}
