// What the desk keeps beside the show: what is chosen, typed and opened. One object; setting something draws the page again.

import { newId } from "../shared/send.mjs";
import { t } from "../shared/words.mjs";

const NAME = "livebot.name";
const THEME = "livebot.theme";

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
    this.pane = "queue"; // on small screens one pane is seen: queue, question or around
    this.side = "chat";
    this.composer = null; // {question, faq, text}
    this.asking = ""; // what waits for a second tap: stop
    this.keys = false;
    this.toasts = [];
    this.undo = [];
    this.busy = new Set();
    this.wanted = new Map(); // choices that are on their way to the show
    this.me = kept(NAME) || newName(); // two people at two desks must be told apart from the start
    this.theme = kept(THEME);
    this.pasted = null;
    this.applyTheme();
  }

  set(changes) {
    Object.assign(this, changes);
    this.draw();
  }

  question(id = this.selected) {
    return id === null ? undefined : this.link.section("questions").get(id);
  }

  select(id, pane = this.pane) {
    if (id !== this.selected) this.composer = null;
    this.set({ selected: id, pane });
  }

  setName(me) {
    keep(NAME, me);
    this.set({ me });
  }

  setTheme(theme) {
    keep(THEME, theme);
    this.theme = theme;
    this.applyTheme();
    this.draw();
  }

  applyTheme() {
    if (this.theme) document.documentElement.dataset.theme = this.theme;
    else delete document.documentElement.dataset.theme;
  }

  /** Whether the page looks dark now, by choice or by the system. */
  get dark() {
    return this.theme ? this.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  toast(text, { kind = "done", undo = false, seconds = 6 } = {}) {
    const toast = { id: newId(), text, kind, undo };
    this.set({ toasts: [...this.toasts.slice(-1), toast] });
    setTimeout(() => this.dismiss(toast.id), seconds * 1000);
    return toast.id;
  }

  dismiss(id) {
    if (this.toasts.some((toast) => toast.id === id)) this.set({ toasts: this.toasts.filter((toast) => toast.id !== id) });
  }
}
