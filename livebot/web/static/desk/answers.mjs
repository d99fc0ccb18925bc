// The answers that viewers and the host gave to a question, and carrying them further.
import { html } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { cut, Marked } from "../shared/text.mjs";
import { has, moment, span, t } from "../shared/words.mjs";
import { reword } from "./faq.mjs";
import { Person } from "./people.mjs";
import { Fates, Preview, Sure } from "./preview.mjs";
import { act, markOf } from "./taps.mjs";

const WHY = ["asked", "faq", "name"]; // what the words of an answer can match
const FIRM_TOPICS = ["price", "coupon", "discount", "stock", "delivery", "refund", "safety"];

/** The answer that `b` and `r` mean: the first that can be carried further. */
export const bestAnswer = (question) => question.answers.find((answer) => canBoost(answer));
const canBoost = (answer) => answer.side === "viewer" && answer.text && ["held", "grace", "candidate", "refused"].includes(answer.state);

export function boost(desk, question, answer) {
  if (answer.state === "held") return act(desk, "approve", { question: question.id, message: answer.message, values: { decision: answer.decision } });
  return act(desk, "boost", { question: question.id, message: answer.message });
}

export const reject = (desk, question, answer) => act(desk, "reject", { question: question.id, message: answer.message });

/** Open the window that corrects which questions a line answers. */
export const relink = (desk, { message, name, text, time }) => desk.set({ dialog: { what: "relink", line: { id: message, name, text, time } } });

export function Answers({ desk, question, marks }) {
  const best = bestAnswer(question);
  const seen = new Set(Object.values(marks).flatMap((parts) => parts.map(([, , why]) => why)));
  return html`<section class="part" aria-labelledby="answers-title">
    <h3 id="answers-title" class="part-title">${t("answers")}
      ${question.answers.length ? html` <span class="count">${question.answers.length}</span>` : html` <span class="soft">${t("no_answers")}</span>`}</h3>
    ${seen.size > 0 && html`<p class="legend small soft">${WHY.filter((why) => seen.has(why)).map((why) => html`<span key=${why}><mark class=${`same same-${why}`}>${t(`same_${why}`)}</mark></span>`)}</p>`}
    <ul class="cards">
      ${question.answers.map(
        (answer) => html`<${Answer} key=${answer.message} desk=${desk} question=${question} answer=${answer} best=${answer === best} marks=${marks[answer.message]} />`,
      )}
    </ul>
  </section>`;
}

function Answer({ desk, question, answer, best, marks }) {
  const actable = canBoost(answer);
  const busy = (action) => desk.busy.has(markOf(action, question.id, answer.message));
  return html`<li class=${`card answer answer-${answer.state}`}>
    <p class="card-facts">
      ${answer.side === "viewer" ? html`<${Person} desk=${desk} author=${answer.author} name=${answer.name} />` : html`<b>${t("host")}</b>`}
      ${answer.regular && html`<span class="chip regular"><${Icon} name="star" size="13" />${t("regular")}</span>`}
      <span class="soft small">${answer.channel} · ${moment(answer.time)}</span>
      <${Sure} share=${answer.score} label="sure" />
    </p>
    <p class="card-text">${answer.text ? html`<${Marked} text=${answer.text} marks=${marks} />` : html`<span class="soft">${t("answer_deleted")}</span>`}</p>
    <p class="card-state"><${AnswerState} desk=${desk} question=${question} answer=${answer} />
      ${answer.text &&
      html`<button type="button" class="plain relink" aria-label=${t("relink_line", { name: cut(answer.name, 20) || t("host") })} title=${`${t("relink")}${best ? " (l)" : ""}`}
        onClick=${() => relink(desk, answer)}><${Icon} name="link-2" /></button>`}
    </p>
    ${answer.quiet && html`<p class="warn"><${Icon} name="triangle-alert" size="16" />${t("quiet")}</p>`}
    ${best && html`<${Preview} desk=${desk} question=${question} spec=${{ action: "boost", message: answer.message }} />`}
    ${(actable || answer.state === "boosted") &&
    html`<div class="buttons">
      ${actable &&
      html`<button type="button" class=${best && !desk.drafts.has(question.id) ? "main" : ""} disabled=${busy("boost") || busy("approve")} onClick=${() => boost(desk, question, answer)}>
        <${Icon} name="megaphone" />${answer.state === "held" ? t("approve") : t("boost")}${best && html`<kbd aria-hidden="true">b</kbd>`}
      </button>
      <button type="button" onClick=${() => reword(desk, question, answer)}><${Icon} name="pencil" />${t("edit_answer")}${best && html`<kbd aria-hidden="true">g</kbd>`}</button>`}
      ${answer.state === "boosted" && html`<button type="button" disabled=${busy("take_back")} onClick=${() => act(desk, "take_back", { question: question.id, message: answer.message })}>
        <${Icon} name="undo-2" />${t("take_back")}</button>`}
      <button type="button" disabled=${busy("reject")} onClick=${() => reject(desk, question, answer)}>
        <${Icon} name="thumbs-down" />${t("reject")}
        ${best && html`<kbd aria-hidden="true">r</kbd>`}
      </button>
    </div>`}
  </li>`;
}

function AnswerState({ desk, question, answer }) {
  const marks = { held: "held", boosted: "answered", grace: "open", refused: "held", candidate: "open" };
  const host = answer.side !== "viewer" && answer.state === "candidate"; // the host's word is no candidate: it settles what it answers
  const mark = host ? "answered" : (marks[answer.state] ?? "dismissed");
  const left = answer.due === null ? 0 : answer.due - desk.link.now();
  const refused = answer.refusal && ["candidate", "refused", "held"].includes(answer.state);
  return html`
    <${Mark} state=${mark} size="16" />
    <b class=${`is-${mark}`}>${t(host ? "answer_host" : `answer_${answer.state}`, { time: span(Math.max(1, left)) })}</b>
    ${refused && html`<span>${refusal(question, answer)}</span>`}
    ${answer.accepted && html`<span class="is-answered">${t("accepted")}</span>`}
    ${answer.decision && html`<${Fates} desk=${desk} decision=${desk.link.section("decisions").get(answer.decision)} />`}
  `;
}

function refusal(question, answer) {
  const key = answer.refusal.replace(".", "_");
  const topic = question.topics.find((each) => FIRM_TOPICS.includes(each)) ?? "firm";
  return t(has(key) ? key : "guard_other", { topic: t(`topic_${topic}`) });
}
