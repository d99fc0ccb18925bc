// What the board keeps beside the show: which cards stand where, what was tapped here, and what can be undone.
import { newId, send } from "../shared/send.mjs";
import { lang, t } from "../shared/words.mjs";
import { arrange, promote } from "./order.mjs";

const UNDO_OF = { answered: "reopen", later: "to_host", to_staff: "to_host" };
const UNDO_SEEN = 10000;
const UNDO_WITHIN = 55000; // the core brings a question back for a minute
const SEEN_SETTLED = 6000; // so long a card that left by itself stays in its place, with why
const LEAVES_IN = 200;
const HAND_STAYS = 1500;
const SETTLES_IN = 1500; // from the answer to a tap until the show must have said what holds
const ARMED_AFTER = 450; // a card that has just come takes no tap: it was meant for the one before

const without = (map, key) => new Map([...map].filter(([each]) => each !== key));

export class Board {
  constructor(link, draw) {
    this.link = link;
    this.draw = draw;
    this.slots = [];
    this.known = new Map(); // the last that was seen of each card
    this.tapped = new Map(); // id -> action, until the show has said so too
    this.leaving = new Map(); // id -> action: seen going away
    this.settled = new Map(); // id -> {how, at}: left by itself
    this.last = null; // {id, text, action, how, mine, at, going}: what undo takes back; mine: it was tapped here
    this.busy = new Set();
    this.toasts = [];
    this.handAt = -Infinity;
    this.down = false;
    this.changedAt = 0;
    this.prompter = new URLSearchParams(location.search).get("prompter") === "1";
    this.mirrored = true;
    this.keyed = false; // whether a key was pressed: a tablet has no keyboard, but may have a pedal or a clicker
  }

  set(changes) {
    Object.assign(this, changes);
    this.draw();
  }

  /** The cards that wait for a decision and were not decided here. */
  cards() {
    return new Map([...this.link.section("cards")].filter(([id]) => !this.tapped.has(id)));
  }

  /** Bring the places in line with the show; once for every drawing. */
  arrange() {
    const section = this.link.section("cards");
    for (const id of this.slots) if (!section.has(id) && !this.tapped.has(id)) this.noteLeft(id);
    for (const [id, card] of section) this.known.set(id, card), this.settled.delete(id);
    if (this.leaving.size) return;
    const next = this.slots[0];
    this.slots = arrange(this.slots, this.cards(), {
      held: (id) => this.isHeld(id),
      priority: (id) => this.known.get(id)?.priority ?? -Infinity,
      still: this.isStill(),
    });
    if (this.slots[0] !== next) this.changedAt = performance.now();
    for (const id of this.known.keys()) if (!section.has(id) && !this.slots.includes(id) && !this.mayReturn(id)) this.known.delete(id);
  }

  /** A card left by itself: the host was heard, or somebody else decided it. */
  noteLeft(id) {
    if (this.settled.has(id) || !this.known.has(id)) return;
    const how = this.link.section("settled").get(id)?.how ?? "gone";
    const at = performance.now();
    this.settled.set(id, { how, at });
    this.last = { id, text: this.known.get(id).text, action: how === "later" ? "to_host" : "reopen", how, at, going: Promise.resolve(true) };
  }

  /** Whether undo may still bring a card back, or is just doing so. */
  mayReturn(id) {
    return this.last?.id === id || this.busy.has(`undo ${id}`);
  }

  isHeld(id) {
    const left = this.settled.get(id);
    if (!left) return false;
    return this.busy.has(`undo ${id}`) || performance.now() - left.at < (this.cards().size ? SEEN_SETTLED : UNDO_SEEN);
  }

  // hands

  isStill() {
    return this.down || performance.now() - this.handAt < HAND_STAYS;
  }

  touch(down = this.down) {
    this.down = down;
    this.handAt = performance.now();
  }

  release() {
    this.down = false;
    this.handAt = -Infinity;
    this.draw();
  }

  // taps

  /** Whether a tap on a card can be meant for it. */
  isArmed(id) {
    return this.slots.includes(id) && !this.settled.has(id) && !this.tapped.has(id) && performance.now() - this.changedAt > ARMED_AFTER;
  }

  /** Decide a card: it leaves at once, and comes back where the show does not take the tap. */
  async decide(id, action) {
    if (!this.isArmed(id)) return;
    const values = action === "answered" ? { voice: true } : {};
    this.tapped.set(id, action);
    const left = this.leave(id, action);
    const going = this.deliver(id, action, values);
    this.last = { id, text: this.known.get(id)?.text ?? "", action: UNDO_OF[action], how: action, mine: true, at: performance.now(), going };
    if (await going) {
      setTimeout(() => this.forgetTap(id, action), SETTLES_IN);
      return;
    }
    await left;
    if (this.last?.id === id) this.last = null;
    this.forgetTap(id, action);
    this.bringBack(id);
  }

  async deliver(id, action, values = {}) {
    return Boolean(await send(this, "/api/act", { action, question: id, values, by: t("host") }, `${action} ${id}`));
  }

  /** Let a card be seen going away; done once its place is free. */
  async leave(id, action) {
    this.release();
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.leaving.set(id, action);
      this.draw();
      await new Promise((done) => setTimeout(done, LEAVES_IN));
      this.leaving.delete(id);
    }
    this.arrange();
    this.release();
  }

  forgetTap(id, action) {
    if (this.tapped.get(id) === action) this.set({ tapped: without(this.tapped, id) });
  }

  bringBack(id) {
    if (!this.link.section("cards").has(id)) return;
    this.slots = [id, ...this.slots.filter((each) => each !== id)];
    this.changedAt = performance.now();
    this.draw();
  }

  /** Make a card the next one. */
  choose(id) {
    if (!this.isArmed(id)) return;
    this.slots = promote(this.slots, id);
    this.changedAt = performance.now();
    this.release();
    this.showNext();
  }

  /** Bring the next card into sight, where the page is longer than the screen. */
  showNext() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollTo({ top: 0, behavior: calm ? "instant" : "smooth" });
  }

  /** What undo would take back now, as long as it is offered. */
  undoable() {
    if (!this.last || this.slots.includes(this.last.id)) return null;
    const offered = performance.now() - this.last.at < UNDO_SEEN || document.querySelector(".undo:is(:hover, :focus-within)");
    return offered ? this.last : null;
  }

  /** Take the last decision back; the card is the next one again, or where it still stands. */
  async undo() {
    const { last } = this;
    if (!last || performance.now() - last.at > UNDO_WITHIN) return void this.toast(t("nothing_to_undo"));
    this.last = null;
    const stood = this.slots.includes(last.id); // looked at now: the show may give the card back before it answers the tap
    this.set({ busy: new Set(this.busy).add(`undo ${last.id}`) });
    const done = (await last.going) && (await this.deliver(last.id, last.action));
    this.busy.delete(`undo ${last.id}`);
    if (!done) return void this.draw();
    this.tapped = without(this.tapped, last.id);
    if (!stood) this.slots = [last.id, ...this.slots.filter((id) => id !== last.id)];
    this.settled.set(last.id, { how: "undone", at: performance.now() }); // its place is kept until the show gives it back
    this.changedAt = performance.now();
    this.draw();
  }

  // messages

  toast(text, { kind = "done", seconds = 6 } = {}) {
    const toast = { id: newId(), text, kind, lang: lang() };
    this.set({ toasts: [...this.toasts.slice(-1), toast] });
    setTimeout(() => this.dismiss(toast.id), seconds * 1000);
    return toast.id;
  }

  dismiss(id) {
    if (this.toasts.some((toast) => toast.id === id)) this.set({ toasts: this.toasts.filter((toast) => toast.id !== id) });
  }

  // prompter

  setPrompter(prompter) {
    const query = new URLSearchParams(location.search);
    if (prompter) query.set("prompter", "1");
    else query.delete("prompter");
    history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
    this.set({ prompter });
    this.showNext();
  }
}
