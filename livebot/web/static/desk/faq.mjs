// What the FAQ says to a question: sending an entry, editing it first, finding another one, writing an answer.
import { html, useEffect, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { get } from "../shared/sign_in.mjs";
import { Said } from "../shared/text.mjs";
import { t } from "../shared/words.mjs";
import { bestAnswer } from "./answers.mjs";
import { Preview, Sure } from "./preview.mjs";
import { act, letGo, markOf, takeOn } from "./taps.mjs";

export const SURE = 0.5; // below it an entry is no more than a guess: it is looked at in the composer before it goes out

/** The held FAQ post of a question, if there is one: [decision, step]. */
const heldPost = (question) => Object.entries(question.held).find(([, step]) => step === "post_faq");

/** Open the composer with an entry's answer, or empty. Colleagues see from then on who is answering. */
export function compose(desk, question, faqId, entry = desk.link.section("entries").get(faqId)) {
  write(desk, question, { faq: faqId ?? "", text: entry?.answer ?? "" });
}

/** Open the composer with a viewer's answer: what is changed in it goes out as staff's. */
export const reword = (desk, question, answer) => write(desk, question, { message: answer.message, text: answer.text });

function write(desk, question, draft) {
  const taken = takeOn(desk, question) || Boolean(desk.drafts.get(question.id)?.taken);
  desk.draft(question.id, { ...draft, taken });
  desk.set({ pane: "question" });
  requestAnimationFrame(() => {
    document.getElementById("composer")?.focus();
    document.querySelector(".composer")?.scrollIntoView({ block: "center" });
  });
}

/** Let a draft go unsent; the question is free for colleagues again if it was taken on for it. */
function drop(desk, question) {
  const { taken } = desk.drafts.get(question.id);
  desk.draft(question.id, null);
  if (taken) letGo(desk, desk.question(question.id) ?? question);
}

/** Leave the composer without sending, by whatever key. */
export const cancel = (desk) => desk.drafts.has(desk.selected) && (drop(desk, desk.question() ?? { id: desk.selected }), true);

/** Answer with the best entry: at once where it surely fits, else by way of the composer. */
export function answerWith(desk, question, [faqId, score]) {
  return score >= SURE || heldPost(question) ? sendFaq(desk, question, faqId) : compose(desk, question, faqId);
}

export function sendFaq(desk, question, faqId, text) {
  const held = heldPost(question);
  if (held && faqId === question.faq[0]?.[0] && !text) return act(desk, "approve", { question: question.id, values: { decision: held[0] } });
  const values = { faq: faqId || "staff", ...(text ? { text } : {}) };
  return act(desk, "post_faq", { question: question.id, values });
}

export function Faq({ desk, question }) {
  const [first, ...more] = question.faq;
  const composing = desk.drafts.has(question.id);
  return html`<section class="part" aria-labelledby="faq-title">
    <h3 id="faq-title" class="part-title">${t("faq")}</h3>
    <${HeldSteps} desk=${desk} question=${question} />
    ${composing && html`<${Composer} desk=${desk} question=${question} />`}
    ${!composing && first && html`<${Entry} desk=${desk} question=${question} hit=${first} best=${true} />`}
    ${!first && !composing && html`<p>${t("no_faq")} <span class="soft">${t("no_faq_next")}</span></p>`}
    ${more.length > 0 &&
    html`<details class="more"><summary>${t("more_entries", { n: more.length })}</summary>
      <div class="cards">${more.map((hit) => html`<${Entry} key=${hit[0]} desk=${desk} question=${question} hit=${hit} />`)}</div>
    </details>`}
    <${FindFaq} desk=${desk} question=${question} />
  </section>`;
}

function Entry({ desk, question, hit: [faqId, score], entry = desk.link.section("entries").get(faqId), best = false }) {
  if (!entry) return null;
  const held = best && heldPost(question);
  const sure = held || score === null || score >= SURE; // null: somebody searched for it
  const far = !sure && score < desk.suggestFrom;
  return html`<div class=${`card entry ${held ? "answer-held" : sure ? "" : "unsure"}`}>
    <p class="card-facts">
      <b lang=${entry.lang || undefined}><${Said} text=${entry.canonical} limit="200" /></b>
      ${entry.firm && html`<span class="chip soft">${t("firm")}</span>`}
      ${score !== null && html`<${Sure} share=${score} label="fits" />`}
    </p>
    <p class="card-text" lang=${entry.lang || undefined}><${Said} text=${entry.answer} /></p>
    ${held && html`<p class="card-state"><${Mark} state="held" size="16" /><b class="is-held">${t("held_faq")}</b></p>`}
    ${best && !sure && html`<p class="hint"><${Icon} name="triangle-alert" size="16" />${t(far ? "faq_far" : "faq_unsure")}</p>`}
    ${best && sure && question.since !== null && html`<${Preview} desk=${desk} question=${question} spec=${{ action: "post_faq", faq: faqId }} />`}
    <${EntryButtons} desk=${desk} question=${question} hit=${[faqId, score]} entry=${entry} best=${best} held=${held} sure=${sure} />
  </div>`;
}

/** What can be done with an entry: only the best one, where it surely fits, is sent by one tap; any other is looked at in the composer first. */
function EntryButtons({ desk, question, hit: [faqId, score], entry, best, held, sure }) {
  const open = question.since !== null;
  const busy = desk.busy.has(markOf("post_faq", question.id)) || desk.busy.has(markOf("approve", question.id));
  const edit = () => compose(desk, question, faqId, entry);
  if (!open && !held) return null;
  if (!best || !sure) {
    return html`<div class="buttons">
      <button type="button" onClick=${edit}><${Icon} name="pencil" />${t("check_faq")}${best && html`<kbd aria-hidden="true">f</kbd><kbd aria-hidden="true">e</kbd>`}</button>
    </div>`;
  }
  return html`<div class="buttons">
    ${open &&
    html`<button type="button" class=${bestAnswer(question) ? "" : "main"} disabled=${busy}
        onClick=${() => answerWith(desk, question, [faqId, score])}>
        <${Icon} name="send" />${t(held ? "approve" : "send_faq")}<kbd aria-hidden="true">f</kbd>
      </button>
      <button type="button" onClick=${edit}><${Icon} name="pencil" />${t("edit_faq")}<kbd aria-hidden="true">e</kbd></button>`}
    ${held &&
    html`<button type="button" onClick=${() => act(desk, "reject", { question: question.id, values: { decision: held[0] } })}>
      <${Icon} name="minus" />${t("refuse")}
    </button>`}
  </div>`;
}

/** What else waits for approval: a nudge, or an FAQ post whose entry is not there any more. */
function HeldSteps({ desk, question }) {
  const elsewhere = question.faq.length ? heldPost(question)?.[0] : undefined;
  return Object.entries(question.held).filter(([decision]) => decision !== elsewhere).map(([decision, step]) => {
    const text = desk.link.section("decisions").get(decision)?.text ?? "";
    const tap = (action) => act(desk, action, { question: question.id, values: { decision } });
    return html`<div class="card answer-held" key=${decision}>
      <p class="card-state"><${Mark} state="held" size="16" /><b class="is-held">${t({ nudge: "held_nudge", thank: "held_thank" }[step] ?? "held_faq")}</b></p>
      <p class="card-text"><${Said} text=${text} /></p>
      <div class="buttons">
        <button type="button" class="main" onClick=${() => tap("approve")}><${Icon} name="check" />${t("approve")}</button>
        <button type="button" onClick=${() => tap("reject")}><${Icon} name="minus" />${t("refuse")}</button>
      </div>
    </div>`;
  });
}

function Composer({ desk, question }) {
  const { faq, message, text } = desk.drafts.get(question.id);
  const said = text.trim();
  const action = message ? "boost" : "post_faq";
  const busy = desk.busy.has(markOf(action, question.id, message));
  const ready = said.length > 0 && !busy;
  const send = () => (message ? act(desk, "boost", { question: question.id, message, values: { text: said } }) : sendFaq(desk, question, faq, said));
  const go = () => ready && send(); // the draft stays until it went out: what does not is not lost
  const keys = (event) => {
    if (event.key === "Escape") drop(desk, question);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go();
  };
  const spec = message ? { action, message, text: said } : { action, faq: faq || "staff", text: said };
  return html`<div class="card composer">
    <label for="composer"><b>${t("your_answer")}</b></label>
    <textarea id="composer" rows="3" maxlength="500" value=${text} readonly=${busy} onKeyDown=${keys}
      onInput=${(event) => desk.draft(question.id, { ...desk.drafts.get(question.id), text: event.target.value })}></textarea>
    ${message && html`<p class="hint"><${Icon} name="pencil" size="16" />${t("reworded")}</p>`}
    ${said && html`<${Preview} desk=${desk} question=${question} spec=${spec} />`}
    <div class="buttons">
      <button type="button" class="main" disabled=${!ready} onClick=${go}><${Icon} name="send" />${busy ? t("sending") : t("send")}<kbd class="chord" aria-hidden="true">Ctrl ⏎</kbd></button>
      <button type="button" onClick=${() => drop(desk, question)}>${t("cancel")}<kbd class="chord" aria-hidden="true">Esc</kbd></button>
    </div>
  </div>`;
}

function FindFaq({ desk, question }) {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!query.trim()) return setFound(null);
    const leave = new AbortController();
    const timer = setTimeout(async () => {
      try {
        setFound((await get(`/api/faq?q=${encodeURIComponent(query)}`, leave.signal)).entries ?? []);
      } catch {
        // left, or the network is away
      }
    }, 250);
    return () => (clearTimeout(timer), leave.abort());
  }, [query]);
  return html`<div class="find-faq">
    <div class="find-row">
      <label class="find">
        <${Icon} name="search" size="16" /><span class="unseen">${t("find_faq")}</span>
        <input type="search" placeholder=${t("find_faq")} maxlength="200" value=${query} onInput=${(event) => setQuery(event.target.value)} />
      </label>
      <button type="button" disabled=${question.since === null} onClick=${() => compose(desk, question, "")}><${Icon} name="pencil" />${t("write_answer")}</button>
    </div>
    ${found && !found.length && html`<p class="soft">${t("no_faq")}</p>`}
    ${found?.length > 0 &&
    html`<div class="cards">
      ${found.map((entry) => html`<${Entry} key=${entry.faq_id} desk=${desk} question=${question} hit=${[entry.faq_id, null]} entry=${entry} />`)}
    </div>`}
  </div>`;
}
