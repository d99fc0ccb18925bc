// What people tap, sent once: each tap has an id of its own, is kept while the network is away, and is given back visibly if it cannot go out.
//
// The page that sends has `busy` (the marks of taps on their way), `set`, `toast` and `dismiss`.
import { post } from "./sign_in.mjs";
import { has, t } from "./words.mjs";

const KEPT_FOR = 30000;
const ANSWER_WITHIN = 8000;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** A new id; `crypto.randomUUID` is not there on a page that came without TLS by another name than localhost, as on a studio's tablet. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Send a tap until livebot has answered it; the same id acts once, however often it arrives. */
async function deliver(page, path, body) {
  const until = performance.now() + KEPT_FOR;
  let told;
  for (;;) {
    try {
      const answer = await post(path, body, AbortSignal.timeout(ANSWER_WITHIN));
      if (told) page.dismiss(told);
      if (answer.status !== 503 || performance.now() > until) return answer;
    } catch {
      if (performance.now() > until) {
        if (told) page.dismiss(told);
        return { error: { code: "given_back" } };
      }
      told ??= page.toast(t("kept"), { kind: "waiting", seconds: KEPT_FOR / 1000 });
    }
    await wait(1000);
  }
}

function complaint(error) {
  if (error.code === "given_back") return t("given_back");
  return has(`error_${error.code}`) ? t(`error_${error.code}`) : t("error_other", { what: error.what });
}

/**
 * Send `body` to `path` under a new id; return the answer, or null where it was refused (and said so). `again` sends it once more under
 * the same id: it is offered where it did not get through.
 */
export async function send(page, path, body, mark = path, again = null) {
  if (page.busy.has(mark)) return null;
  page.set({ busy: new Set(page.busy).add(mark) });
  try {
    const answer = await deliver(page, path, { id: newId(), ...body });
    const lost = answer.error?.code === "given_back";
    if (answer.error) page.toast(complaint(answer.error), { kind: "error", seconds: lost ? 60 : 10, again: lost ? again : null });
    return answer.error ? null : answer;
  } finally {
    const busy = new Set(page.busy);
    busy.delete(mark);
    page.set({ busy });
  }
}
