// What staff do: each action as a tap that is sent once, what is said about it, and what undoes it.
import { send } from "../shared/send.mjs";
import { has, t } from "../shared/words.mjs";

const UNDO_OF = { answered: "reopen", dismiss: "reopen", to_host: "later", boost: "reject", approve: "reject" };

/** The name of a tap that is on its way, by which its button is dimmed. */
export const markOf = (action, question = "", message = "") => `${action} ${question} ${message}`;

/** One action of `livebot/core/staff.py`; whether it acted. */
export async function act(desk, action, { question = null, message = null, values = {}, silent = false } = {}) {
  const people = desk.question(question)?.waiting ?? 0;
  const body = { action, question, message, values, by: desk.me };
  const going = send(desk, "/api/act", body, markOf(action, question ?? "", message ?? ""));
  const back = UNDO_OF[action] === "reject" && !message ? undefined : UNDO_OF[action];
  const step = back && { action: back, question, message, going };
  if (step) desk.undo = [...desk.undo.slice(-19), step]; // at once: who is quick to undo means this tap, not the one before it
  const answer = await going;
  if (!answer) {
    desk.set({ undo: desk.undo.filter((each) => each !== step) });
    return false;
  }
  // on a phone the question closes behind what was decided
  if (["answered", "dismiss"].includes(action) && matchMedia("(max-width: 760px)").matches) desk.set({ pane: "queue" });
  if (!silent) tell(desk, action, answer.happened, people, Boolean(step));
  return true;
}

function tell(desk, action, happened, people, undo) {
  const made = happened.filter((each) => ["boost", "post_faq", "nudge"].includes(each.kind) && !each.held);
  const channels = made.flatMap((each) => each.posts).length;
  if (made.length && !channels) return desk.toast(t("did_nowhere"), { kind: "error", seconds: 10 });
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
  if (!(await last.going)) return;
  desk.set({ toasts: desk.toasts.filter((toast) => !toast.undo) });
  if (await act(desk, last.action, { question: last.question, message: last.message, silent: true })) {
    desk.toast(t("did_reopen"));
    if (last.question) desk.select(last.question);
  }
}

export async function setProduct(desk, product, name) {
  if (await want(desk, "product", product, "/api/product", { product })) desk.toast(t("did_product", { name }));
}

export async function change(desk, key, value) {
  if (await want(desk, key, value, "/api/settings", { changes: { [key]: value } })) desk.toast(t("did_settings"));
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
  desk.toast(t("did_paste", { n: answer.lines.length }));
  return true;
}

/** Copy a text, for a channel that livebot may not write to. */
export async function copy(desk, text) {
  try {
    await navigator.clipboard.writeText(text);
    desk.toast(t("copied"));
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    desk.toast(t("copied"));
  }
}
