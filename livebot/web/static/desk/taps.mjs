// What staff do: each action as a tap that is sent once, what is said about it, and what undoes it.
import { newId, send } from "../shared/send.mjs";
import { has, t } from "../shared/words.mjs";

const UNDO_OF = { answered: "reopen", dismiss: "reopen", to_host: "later", boost: "take_back", approve: "take_back" };
const SENDING = new Set(["approve", "boost", "post_faq"]);
const UNDO_KEPT = 20;

/** The name of a tap that is on its way, by which its button is dimmed. */
export const markOf = (action, question = "", message = "") => `${action} ${question} ${message}`;

/**
 * One action of `livebot/core/staff.py`; whether it acted. `back` undoes it: called with the answer, it gives the action that does.
 * What would be sent on a question that somebody else is answering is asked about first, but for `sure`.
 */
export async function act(desk, action, { question = null, message = null, values = {}, silent = false, back, sure = false, id = newId() } = {}) {
  const now = desk.question(question);
  const again = (more) => act(desk, action, { question, message, values, silent, back, sure, id, ...more });
  if (SENDING.has(action) && !sure && now?.claimed_by && now.claimed_by !== desk.me) {
    return new Promise((done) => desk.set({ asking: { what: "claimed", name: now.claimed_by, go: () => again({ sure: true }).then(done), leave: () => done(false) } }));
  }
  const going = send(desk, "/api/act", { id, action, question, message, values, by: desk.me }, markOf(action, question ?? "", message ?? ""), again);
  const step = undoStep(desk, { action, question, message, values, back }, going);
  if (step) desk.undo = [...desk.undo.slice(1 - UNDO_KEPT), step]; // at once: who is quick to undo means this tap, not the one before it
  const answer = await going;
  if (!answer) {
    desk.set({ undo: desk.undo.filter((each) => each !== step) });
    return false;
  }
  if (values.text && values.text === desk.drafts.get(question)?.text.trim()) desk.draft(question, null);
  // on a phone the question closes behind what was decided
  if (["answered", "dismiss"].includes(action) && matchMedia("(max-width: 760px)").matches) desk.set({ pane: "queue" });
  if (!silent) tell(desk, action, answer.happened, now?.waiting ?? 0, Boolean(step));
  return answer;
}

/** What undoes a tap: an answer is taken back only where it went out under its author's name. */
function undoStep(desk, { action, question, message, values, back }, going) {
  const simple = UNDO_OF[action];
  if (!back && (!simple || (simple === "take_back" && (!message || values.text)))) return null;
  const undoing = back ?? (() => ({ action: simple, question, message }));
  const go = async () => {
    const answer = await going;
    if (!answer) return false;
    const { action: undone, ...rest } = undoing(answer);
    return act(desk, undone, { ...rest, silent: true });
  };
  return { question, go };
}

function tell(desk, action, happened, people, undo) {
  const made = happened.filter((each) => ["boost", "post_faq", "nudge"].includes(each.kind) && !each.held);
  const channels = made.flatMap((each) => each.posts).length;
  if (made.length && !channels) return desk.toast(t("did_nowhere"), { kind: "error", seconds: 10, copy: made[0].text });
  if (made.length) {
    const kind = made[0].kind === "boost" ? "did_boost" : "did_post_faq";
    return desk.toast(t(kind, { n: kind === "did_boost" ? channels : people }), { undo });
  }
  return desk.toast(t(has(`did_${action}`) ? `did_${action}` : "did_settings"), { undo });
}

/** Undo the last thing that can be undone. */
export async function undo(desk) {
  const last = desk.undo.at(-1);
  if (!last) return void desk.toast(t("nothing_to_undo"));
  desk.set({ undo: desk.undo.slice(0, -1) });
  if (!(await last.go())) return;
  desk.set({ toasts: desk.toasts.filter((toast) => !toast.undo) });
  desk.toast(t("did_reopen"));
  if (last.question) desk.select(last.question);
}

// taking a question on, so that colleagues see it

/** Say to colleagues that this question is being answered here, if nobody has taken it yet; whether it was said. */
export function takeOn(desk, question) {
  if (question.claimed_by || question.since === null) return false;
  act(desk, "claim", { question: question.id, silent: true });
  return true;
}

/** Let go of a question that was taken on by beginning to write. */
export function letGo(desk, question) {
  if (question.claimed_by === desk.me) act(desk, "claim", { question: question.id, silent: true });
}

// the show

/** Put a product on air; undoing it puts back the one that was. */
export async function setProduct(desk, product, name, before = "") {
  if (!(await want(desk, "product", product, "/api/product", { product }))) return;
  if (before) desk.undo = [...desk.undo.slice(1 - UNDO_KEPT), { go: () => want(desk, "product", before, "/api/product", { product: before }) }];
  desk.toast(t("did_product", { name: name ?? product }), { undo: Boolean(before) });
}

/** Change a setting; undoing it sets what was. */
export async function change(desk, key, value, before) {
  if (!(await want(desk, key, value, "/api/settings", { changes: { [key]: value } }))) return;
  const back = () => want(desk, key, before, "/api/settings", { changes: { [key]: before } });
  if (before !== undefined) desk.undo = [...desk.undo.slice(1 - UNDO_KEPT), { go: back }];
  desk.toast(t("did_settings"), { undo: before !== undefined });
}

/** Send a choice, and show it as chosen until the show says what holds. */
async function want(desk, key, value, path, body) {
  desk.set({ wanted: new Map(desk.wanted).set(key, value) });
  const answer = await send(desk, path, body, key);
  if (!answer) desk.set({ wanted: without(desk.wanted, key) });
  return answer;
}

function without(map, key) {
  const less = new Map(map);
  less.delete(key);
  return less;
}

/** What is chosen: what somebody here has just asked for, else what holds in the show. */
export function chosen(desk, key, now) {
  const wanted = desk.wanted.get(key);
  if (wanted === undefined) return now;
  if (wanted === now) desk.wanted = without(desk.wanted, key);
  return wanted;
}

export async function paste(desk, text) {
  const answer = await send(desk, "/api/paste", { text });
  if (!answer) return false;
  desk.set({ pasted: answer.lines });
  return true;
}

/** Copy a text, for a channel that livebot may not write to. */
export async function copy(desk, text) {
  try {
    await navigator.clipboard.writeText(text);
    desk.toast(t("copied"));
  } catch {
    // a page that came without TLS has no clipboard but this one
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    desk.toast(t(document.execCommand("copy") ? "copied" : "not_copied"), { kind: "done" });
    area.remove();
  }
}
