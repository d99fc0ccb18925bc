// The middle pane: one question with who asked, what was answered, what the FAQ says, and what can be done.
import { html, useLayoutEffect, useMemo, useRef } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { Name, Said } from "../shared/text.mjs";
import { moment, sentence, span, t, topicName } from "../shared/words.mjs";
import { Answers, bestAnswer } from "./answers.mjs";
import { Demand } from "./demand.mjs";
import { Faq, SURE } from "./faq.mjs";
import { stateOf } from "./order.mjs";
import { Fates } from "./preview.mjs";
import { act, copy, markOf, undo } from "./taps.mjs";
import { useWhole } from "./whole.mjs";

export function QuestionPane({ desk }) {
  const question = desk.question();
  return html`<section class="question pane" id="question" tabindex="-1" aria-labelledby="question-title">
    <button type="button" class="plain to-queue" onClick=${() => desk.set({ pane: "queue" })}>
      <${Icon} name="arrow-left" /> ${t("back")}
    </button>
    ${question ? html`<${Question} key=${question.id} desk=${desk} question=${question} />` : html`<${Nothing} desk=${desk} />`}
  </section>`;
}

function Nothing({ desk }) {
  return html`<div class="empty">
    <h2 id="question-title">${desk.selected === null ? t("choose") : t("gone")}</h2>
    <p class="soft keys-hint">${t("choose_keys")}</p>
  </div>`;
}

function Question({ desk, question }) {
  const { askers, marks } = useWhole(question);
  return html`
    <div class="question-body">
      <${Head} desk=${desk} question=${question} />
      <${Demand} desk=${desk} question=${question} askers=${askers} />
      <${Answers} desk=${desk} question=${question} marks=${marks} />
      <${Faq} desk=${desk} question=${question} />
      <${History} desk=${desk} question=${question} />
    </div>
    <${Actions} desk=${desk} question=${question} />
  `;
}

function Head({ desk, question }) {
  const { link } = desk;
  const now = link.now();
  const state = stateOf(question, now, desk.missedAfter);
  const product = link.section("show").get("products")?.[question.product];
  const mine = question.claimed_by && question.claimed_by === desk.me;
  return html`<header class="head">
    <p class="head-facts">
      <span class=${`chip is-${state}`}><${Mark} state=${state} size="16" />${t(state)}</span>
      ${question.resolution && question.since === null && html`<span class="soft">${t(`by_${question.resolution}`)}</span>`}
      ${question.since !== null && html`<b>${t("waiting_for", { people: question.waiting, time: span(now - question.since) })}</b>`}
      ${product && html`<span class="soft">${product}</span>`}
      ${question.topics.map((topic) => html`<span class="soft">${topicName(topic)}</span>`)}
      ${question.complaint && html`<span class="chip is-late">${t("complaint")}</span>`}
      ${question.personal && html`<span class="chip soft">${t("personal")}</span>`}
      ${question.board && html`<span class="chip soft"><${Icon} name="mic" size="13" />${t("on_board")}</span>`}
    </p>
    <h2 id="question-title" class=${`head-text ${question.text.length > 90 ? "long" : ""}`} lang=${question.lang}><${Said} text=${question.text} /></h2>
    ${question.claimed_by &&
    html`<p class=${`claimed ${mine ? "is-held" : "claimed-other"}`}><${Icon} name="user-round" size="18" />
      ${mine ? t("claimed_me") : html`<span><${Name} name=${question.claimed_by} limit="20" />${t("claimed_rest")}</span>`}</p>`}
    <${Note} desk=${desk} question=${question} />
  </header>`;
}

function Note({ desk, question }) {
  const field = useRef(null);
  const noting = desk.noting?.question === question.id ? desk.noting : null;
  useLayoutEffect(() => field.current?.focus(), [Boolean(noting)]);
  if (!noting) return question.note ? html`<p class="note"><${Icon} name="sticky-note" size="18" /><${Said} text=${question.note} /></p>` : null;
  const keep = async () => {
    const back = () => ({ action: "note", question: question.id, values: { text: question.note } });
    if (await act(desk, "note", { question: question.id, values: { text: noting.text }, back })) desk.set({ noting: null });
  };
  return html`<form class="note-form" onSubmit=${(event) => (event.preventDefault(), keep())}>
    <label><span class="unseen">${t("note")}</span>
      <input ref=${field} maxlength="200" placeholder=${t("note_hint")} value=${noting.text} onInput=${(event) => desk.set({ noting: { ...noting, text: event.target.value } })}
        onKeyDown=${(event) => event.key === "Escape" && desk.set({ noting: null })} />
    </label>
    <button class="main" disabled=${desk.busy.has(markOf("note", question.id))}>${t("note_keep")}</button>
    <button type="button" onClick=${() => desk.set({ noting: null })}>${t("cancel")}</button>
  </form>`;
}

/** Open the note of a question for writing. */
export const note = (desk, question) => desk.set({ noting: { question: question.id, text: question.note }, more: false, pane: "question" });

/** Let staff choose which askers meant something else. */
export function split(desk, question) {
  desk.set({ splitting: { question: question.id, lines: new Set() }, more: false, pane: "question" });
  requestAnimationFrame(() => document.querySelector(".demand .pick input")?.focus());
}

/** Let staff choose which question is the same. */
export const merge = (desk, question) => desk.set({ dialog: { what: "merge", question: question.id }, more: false });

/** Copy what would be sent: the best answer of a viewer, else the FAQ's. */
export function copyBest(desk, question) {
  const [faqId, score] = question.faq[0] ?? [];
  const entry = score >= desk.suggestFrom ? desk.link.section("entries").get(faqId) : null; // what is not suggested is not copied unseen
  const text = desk.drafts.get(question.id)?.text || bestAnswer(question)?.text || entry?.answer;
  if (!text) return null;
  copy(desk, text);
  return true;
}

function History({ desk, question }) {
  const decisions = useMemo(
    () => [...desk.link.section("decisions").values()].filter((decision) => decision.question === question.id).slice(-12).reverse(),
    [desk.link.version("decisions"), question.id],
  );
  if (!decisions.length) return null;
  return html`<section class="part" aria-labelledby="history-title">
    <h3 id="history-title" class="part-title">${t("history")}</h3>
    <ul class="lines history">
      ${decisions.map(
        (decision) => html`<li key=${decision.id}>
          <span class="lines-time small soft">${moment(decision.time)}</span>
          <b>${t(`kind_${decision.kind}`)}${decision.held ? ` (${t("is_held")})` : ""}</b>
          <span class="lines-text"><${Said} text=${sentence(decision.reason)} limit="200" /></span>
          <${Fates} desk=${desk} decision=${decision} />
        </li>`,
      )}
    </ul>
  </section>`;
}

function Actions({ desk, question }) {
  const open = question.since !== null;
  const mine = question.claimed_by && question.claimed_by === desk.me;
  const tap = (action) => () => act(desk, action, { question: question.id });
  const busy = (action) => desk.busy.has(markOf(action, question.id));
  const only = !desk.drafts.has(question.id) && !bestAnswer(question) && !(question.faq[0]?.[1] >= SURE);
  return html`<div class=${`actions ${open ? "open" : ""}`} role="group" aria-label=${t("actions")}>
    ${open &&
    html`
      <button type="button" class=${only ? "main" : ""} disabled=${busy("answered")} onClick=${tap("answered")}><${Icon} name="check" />${t("act_answered")}<kbd aria-hidden="true">a</kbd></button>
      <button type="button" disabled=${busy("to_host") || question.board} onClick=${tap("to_host")}><${Icon} name="mic" />${t("act_to_host")}<kbd aria-hidden="true">h</kbd></button>
      <button type="button" disabled=${busy("claim")} aria-pressed=${Boolean(mine)} onClick=${tap("claim")}>
        <${Icon} name="user-round" />${mine ? t("unclaim") : t("claim")}<kbd aria-hidden="true">c</kbd>
      </button>
      <button type="button" disabled=${busy("dismiss")} onClick=${tap("dismiss")}><${Icon} name="minus" />${t("act_dismiss")}<kbd aria-hidden="true">d</kbd></button>
    `}
    <span class="actions-end">
      <button type="button" class="square" aria-label=${t("more")} title=${t("more")} aria-expanded=${desk.more} onClick=${() => desk.set({ more: !desk.more })}><${Icon} name="ellipsis" /></button>
      <button type="button" class="square" aria-label=${t("act_undo")} title=${`${t("act_undo")} (u)`} disabled=${!desk.undo.length} onClick=${() => undo(desk)}><${Icon} name="undo-2" /></button>
    </span>
    ${desk.more && html`<${More} desk=${desk} question=${question} />`}
  </div>`;
}

function More({ desk, question }) {
  const box = useRef(null);
  useLayoutEffect(() => box.current.querySelector("button:not(:disabled)")?.focus(), []);
  const row = (icon, words, key, go, disabled = false) =>
    html`<button type="button" class="plain" disabled=${disabled} onClick=${() => (desk.set({ more: false }), go())}><${Icon} name=${icon} />${t(words)}<kbd aria-hidden="true">${key}</kbd></button>`;
  return html`<div class="more-actions" ref=${box} role="group" aria-label=${t("more")}>
    ${row("sticky-note", "act_note", "n", () => note(desk, question))}
    ${row("merge", "act_merge", "m", () => merge(desk, question), desk.link.section("questions").size < 2)}
    ${row("split", "act_split", "s", () => split(desk, question), question.askers.length < 2)}
    ${row("copy", "act_copy", "y", () => copyBest(desk, question))}
  </div>`;
}
