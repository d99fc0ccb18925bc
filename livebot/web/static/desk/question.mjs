// The middle pane: one question with who asked, what was answered, what the FAQ says, and what can be done.
import { html, useMemo, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { get } from "../shared/sign_in.mjs";
import { Name, Said } from "../shared/text.mjs";
import { has, moment, sentence, span, t } from "../shared/words.mjs";
import { Answers, bestAnswer } from "./answers.mjs";
import { Faq, SURE } from "./faq.mjs";
import { stateOf } from "./order.mjs";
import { Fates } from "./preview.mjs";
import { act, markOf, undo } from "./taps.mjs";

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
  return html`
    <div class="question-body">
      <${Head} desk=${desk} question=${question} />
      <${Answers} desk=${desk} question=${question} />
      <${Faq} desk=${desk} question=${question} />
      <${Askers} desk=${desk} question=${question} />
      <${History} desk=${desk} question=${question} />
    </div>
    <${Actions} desk=${desk} question=${question} />
  `;
}

function Head({ desk, question }) {
  const { link } = desk;
  const now = link.now();
  const state = stateOf(question, now, link.section("settings").get("ladder")?.board_after ?? 45);
  const product = link.section("show").get("products")?.[question.product];
  const waits =
    question.since === null ? t("asked_by", { people: question.people }) : t("waiting_for", { people: question.waiting, time: span(now - question.since) });
  const mine = question.claimed_by && question.claimed_by === desk.me;
  return html`<header class="head">
    <p class="head-facts">
      <span class=${`chip is-${state}`}><${Mark} state=${state} size="16" />${t(state)}</span>
      ${question.resolution && question.since === null && html`<span class="soft">${t(`by_${question.resolution}`)}</span>`}
      <span>${waits}</span>
      ${product && html`<span class="chip">${product}</span>`}
      ${question.topics.filter((topic) => has(`topic_${topic}`)).map((topic) => html`<span class="chip soft">${t(`topic_${topic}`)}</span>`)}
      ${question.complaint && html`<span class="chip is-late">${t("complaint")}</span>`}
      ${question.personal && html`<span class="chip soft">${t("personal")}</span>`}
      ${question.board && html`<span class="chip soft">${t("on_board")}</span>`}
    </p>
    <h2 id="question-title" class="head-text" lang=${question.lang}><${Said} text=${question.text} /></h2>
    ${question.claimed_by &&
    html`<p class="claimed is-held"><${Icon} name="user-round" size="16" />${mine ? t("claimed_me") : t("claimed", { name: question.claimed_by })}</p>`}
    ${question.note && html`<p class="note"><${Icon} name="pencil" size="16" /><${Said} text=${question.note} /></p>`}
  </header>`;
}

// who asked, what happened

function Askers({ desk, question }) {
  const [all, setAll] = useState(null);
  const shown = all ?? question.askers;
  const total = Object.values(question.channels).reduce((sum, each) => sum + each, 0);
  const fetchAll = async () => setAll((await get(`/api/questions/${encodeURIComponent(question.id)}`)).question?.askers ?? null);
  return html`<section class="part" aria-labelledby="askers-title">
    <h3 id="askers-title" class="part-title">${t("askers")} <span class="count">${question.people}</span></h3>
    <ul class="lines">
      ${shown.map((asker) => {
        const state = asker.state === "waiting" ? "open" : asker.state;
        return html`<li key=${asker.line}>
          <${Mark} state=${state} size="16" /><span class="unseen">${t(state)}</span>
          <span class="lines-time small soft">${moment(asker.time)}</span>
          <${Name} name=${asker.name} /><span class="lines-text"><${Said} text=${asker.text} limit="300" /></span>
          <span class="small soft">${asker.channel}</span>
        </li>`;
      })}
    </ul>
    ${!all && total > question.askers.length && html`<button type="button" class="plain" onClick=${fetchAll}>${t("all_askers", { n: question.people })}</button>`}
  </section>`;
}

function History({ desk, question }) {
  const decisions = useMemo(
    () => [...desk.link.section("decisions").values()].filter((decision) => decision.question === question.id).slice(-12).reverse(),
    [desk.link.version("decisions"), question.id],
  );
  const [note, setNote] = useState(null);
  const keep = async () => (await act(desk, "note", { question: question.id, values: { text: note } })) && setNote(null);
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
    ${note === null
      ? html`<button type="button" class="plain" onClick=${() => setNote(question.note)}><${Icon} name="pencil" size="16" />${t("note")}</button>`
      : html`<form class="note-form" onSubmit=${(event) => (event.preventDefault(), keep())}>
          <label><span class="unseen">${t("note")}</span>
            <input maxlength="200" placeholder=${t("note_hint")} value=${note} onInput=${(event) => setNote(event.target.value)} />
          </label>
          <button>${t("note")}</button>
        </form>`}
  </section>`;
}

function Actions({ desk, question }) {
  const open = question.since !== null;
  const mine = question.claimed_by && question.claimed_by === desk.me;
  const tap = (action) => () => act(desk, action, { question: question.id });
  const busy = (action) => desk.busy.has(markOf(action, question.id));
  if (!open && !desk.undo.length) return null;
  const only = !bestAnswer(question) && !(question.faq[0]?.[1] >= SURE);
  return html`<div class="actions" role="group" aria-label=${t("actions")}>
    ${open &&
    html`
      <button type="button" class=${only ? "main" : ""} disabled=${busy("answered")} onClick=${tap("answered")}><${Icon} name="check" />${t("act_answered")}<kbd>a</kbd></button>
      <button type="button" disabled=${busy("to_host") || question.board} onClick=${tap("to_host")}><${Icon} name="mic" />${t("act_to_host")}<kbd>h</kbd></button>
      <button type="button" disabled=${busy("claim")} aria-pressed=${Boolean(mine)} onClick=${tap("claim")}>
        <${Icon} name="user-round" />${mine ? t("unclaim") : t("claim")}<kbd>c</kbd>
      </button>
      <button type="button" disabled=${busy("dismiss")} onClick=${tap("dismiss")}><${Icon} name="minus" />${t("act_dismiss")}<kbd>d</kbd></button>
    `}
    <button type="button" class="last" disabled=${!desk.undo.length} onClick=${() => undo(desk)}><${Icon} name="undo-2" /><span>${t("act_undo")}</span><kbd>u</kbd></button>
  </div>`;
}
