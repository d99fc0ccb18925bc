// The middle pane: one question with who asked, what was answered, what the FAQ says, and what can be done.
import { html, useEffect, useMemo, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { get, post } from "../shared/sign_in.mjs";
import { Name, Said } from "../shared/text.mjs";
import { has, moment, percent, sentence, span, t } from "../shared/words.mjs";
import { stateOf } from "./order.mjs";
import { act, copy, markOf, undo } from "./taps.mjs";

const FIRM_TOPICS = ["price", "discount", "stock", "delivery", "refund", "safety"];

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
      ${question.board && html`<span class="chip soft">${t("on_board")}</span>`}
    </p>
    <h2 id="question-title" class="head-text" lang=${question.lang}><${Said} text=${question.text} /></h2>
    ${question.claimed_by &&
    html`<p class="claimed is-held"><${Icon} name="user-round" size="16" />${mine ? t("claimed_me") : t("claimed", { name: question.claimed_by })}</p>`}
    ${question.note && html`<p class="note"><${Icon} name="pencil" size="16" /><${Said} text=${question.note} /></p>`}
  </header>`;
}

// what will be sent

/** Ask livebot what a boost or an FAQ post would send; asked again only when that may have changed. */
function usePreview(question, spec) {
  const [posts, setPosts] = useState(null);
  const key = JSON.stringify([spec, question.channels, question.state, question.waiting]);
  useEffect(() => {
    if (!spec) return undefined;
    const leave = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await post("/api/preview", { ...spec, question: question.id }, leave.signal);
        setPosts(answer.posts ?? []);
      } catch {
        // left, or the network is away: the former preview stays
      }
    }, posts ? 200 : 0);
    return () => (clearTimeout(timer), leave.abort());
  }, [key]);
  return posts;
}

function Preview({ desk, question, spec }) {
  const posts = usePreview(question, spec);
  if (!posts) return html`<p class="preview soft small">…</p>`;
  if (!posts.length) return html`<p class="preview soft small">${t("nowhere")}</p>`;
  return html`<div class="preview">
    ${posts.map(
      (planned, i) => html`<div class="planned" key=${planned.channel}>
        <p class="planned-head">
          ${planned.can_send
            ? html`<span>${t("will_send")} · <b>${planned.channel}</b>${planned.account && ` · ${t("as_account", { name: planned.account })}`}</span>`
            : html`<span><b>${planned.channel}</b> · ${t("cannot_send")}</span>
                <button type="button" class="plain" onClick=${() => copy(desk, planned.text)}><${Icon} name="copy" size="14" />${t("copy")}</button>`}
        </p>
        ${planned.text !== posts[i - 1]?.text && html`<p class="planned-text"><${Said} text=${planned.text} /></p>`}
      </div>`,
    )}
  </div>`;
}

// answers

/** The answer that `b` and `r` mean: the first that can be carried further. */
export const bestAnswer = (question) => question.answers.find((answer) => canBoost(answer));
const canBoost = (answer) => answer.side === "viewer" && answer.text && ["held", "grace", "candidate", "refused"].includes(answer.state);

export function boost(desk, question, answer) {
  if (answer.state === "held") return act(desk, "approve", { question: question.id, message: answer.message, values: { decision: answer.decision } });
  return act(desk, "boost", { question: question.id, message: answer.message });
}

/** The held FAQ post of a question, if there is one: [decision, step]. */
const heldPost = (question) => Object.entries(question.held).find(([, step]) => step === "post_faq");

export const reject = (desk, question, answer) => act(desk, "reject", { question: question.id, message: answer.message });

function Answers({ desk, question }) {
  const best = bestAnswer(question);
  return html`<section class="part" aria-labelledby="answers-title">
    <h3 id="answers-title" class="part-title">${t("answers")} <span class="count">${question.answers.length}</span></h3>
    ${question.answers.length === 0 && html`<p class="soft">${t("no_answers")}</p>`}
    <ul class="cards">
      ${question.answers.map(
        (answer) => html`<${Answer} key=${answer.message} desk=${desk} question=${question} answer=${answer} best=${answer === best} />`,
      )}
    </ul>
  </section>`;
}

function Answer({ desk, question, answer, best }) {
  const actable = canBoost(answer);
  const busy = (action) => desk.busy.has(markOf(action, question.id, answer.message));
  return html`<li class=${`card answer answer-${answer.state}`}>
    <p class="card-facts">
      ${answer.side === "viewer" ? html`<${Name} name=${answer.name} />` : html`<b>${t("host")}</b>`}
      ${answer.regular && html`<span class="chip regular"><${Icon} name="star" size="13" />${t("regular")}</span>`}
      <span class="soft small">${answer.channel} · ${moment(answer.time)}</span>
      <${Sure} share=${answer.score} label="sure" />
    </p>
    <p class="card-text">${answer.text ? html`<${Said} text=${answer.text} />` : html`<span class="soft">${t("answer_deleted")}</span>`}</p>
    <p class="card-state"><${AnswerState} desk=${desk} question=${question} answer=${answer} /></p>
    ${answer.quiet && html`<p class="warn"><${Icon} name="triangle-alert" size="16" />${t("quiet")}</p>`}
    ${best && html`<${Preview} desk=${desk} question=${question} spec=${{ action: "boost", message: answer.message }} />`}
    ${(actable || answer.state === "boosted") &&
    html`<div class="buttons">
      ${actable &&
      html`<button type="button" class=${best ? "main" : ""} disabled=${busy("boost") || busy("approve")} onClick=${() => boost(desk, question, answer)}>
        <${Icon} name="megaphone" />${answer.state === "held" ? t("approve") : t("boost")}${best && html`<kbd>b</kbd>`}
      </button>`}
      <button type="button" disabled=${busy("reject")} onClick=${() => reject(desk, question, answer)}>
        ${answer.state === "boosted" ? html`<${Icon} name="undo-2" />${t("take_back")}` : html`<${Icon} name="thumbs-down" />${t("reject")}`}
        ${best && html`<kbd>r</kbd>`}
      </button>
    </div>`}
  </li>`;
}

/** How sure a match is: a bar and a number. */
function Sure({ share, label }) {
  return html`<span class="sure">
    <span class="sure-bar" aria-hidden="true"><span style=${{ transform: `scaleX(${share})` }}></span></span>${t(label, { n: percent(share) })}
  </span>`;
}

function AnswerState({ desk, question, answer }) {
  const marks = { held: "held", boosted: "answered", grace: "open", refused: "held", candidate: "open" };
  const left = answer.due === null ? 0 : answer.due - desk.link.now();
  const refused = answer.refusal && ["candidate", "refused", "held"].includes(answer.state);
  return html`
    <${Mark} state=${marks[answer.state] ?? "dismissed"} size="16" />
    <b class=${`is-${marks[answer.state] ?? "dismissed"}`}>${t(`answer_${answer.state}`, { time: span(Math.max(1, left)) })}</b>
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

function Fates({ desk, decision }) {
  if (!decision || decision.held) return null;
  return decision.sends.map(
    (send) => html`<span class=${`fate fate-${send.fate}`}>
      ${send.channel}: ${t(`fate_${send.fate}`)}${send.why && ` (${has(`why_${send.why}`) ? t(`why_${send.why}`) : send.why})`}
    </span>`,
  );
}

// FAQ

/** Open the composer with an entry's answer, or empty. */
export function compose(desk, question, faqId) {
  const entry = desk.link.section("entries").get(faqId);
  desk.set({ composer: { question: question.id, faq: faqId ?? "", text: entry?.answer ?? "" }, pane: "question" });
  requestAnimationFrame(() => document.getElementById("composer")?.focus());
}

export function sendFaq(desk, question, faqId, text) {
  desk.set({ composer: null });
  const held = heldPost(question);
  if (held && faqId === question.faq[0]?.[0] && !text) return act(desk, "approve", { question: question.id, values: { decision: held[0] } });
  const values = { faq: faqId || "staff", ...(text ? { text } : {}) };
  return act(desk, "post_faq", { question: question.id, values });
}

function Faq({ desk, question }) {
  const [first, ...more] = question.faq;
  const composing = desk.composer?.question === question.id;
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
  const busy = desk.busy.has(markOf("post_faq", question.id)) || desk.busy.has(markOf("approve", question.id));
  const held = best && heldPost(question);
  return html`<div class=${`card entry ${held ? "answer-held" : ""}`}>
    <p class="card-facts">
      <b lang=${entry.lang || undefined}><${Said} text=${entry.canonical} limit="200" /></b>
      ${entry.firm && html`<span class="chip soft">${t("firm")}</span>`}
      ${score !== null && html`<${Sure} share=${score} label="fits" />`}
    </p>
    <p class="card-text" lang=${entry.lang || undefined}><${Said} text=${entry.answer} /></p>
    ${held && html`<p class="card-state"><${Mark} state="held" size="16" /><b class="is-held">${t("held_faq")}</b></p>`}
    ${best && question.since !== null && html`<${Preview} desk=${desk} question=${question} spec=${{ action: "post_faq", faq: faqId }} />`}
    <div class="buttons">
      ${question.since !== null &&
      html`<button type="button" class=${best && !bestAnswer(question) ? "main" : ""} disabled=${busy}
        onClick=${() => (best ? sendFaq(desk, question, faqId) : compose(desk, question, faqId))}>
        <${Icon} name="send" />${t(held ? "approve" : "send_faq")}${best && html`<kbd>f</kbd>`}
      </button>`}
      ${question.since !== null &&
      html`<button type="button" onClick=${() => (desk.link.section("entries").set(faqId, entry), compose(desk, question, faqId))}>
        <${Icon} name="pencil" />${t("edit_faq")}${best && html`<kbd>e</kbd>`}
      </button>`}
      ${held &&
      html`<button type="button" onClick=${() => act(desk, "reject", { question: question.id, values: { decision: held[0] } })}>
        <${Icon} name="thumbs-down" />${t("reject")}
      </button>`}
    </div>
  </div>`;
}

/** What else waits for approval: a nudge, or an FAQ post whose entry is not there any more. */
function HeldSteps({ desk, question }) {
  const elsewhere = question.faq.length ? heldPost(question)?.[0] : undefined;
  return Object.entries(question.held).filter(([decision]) => decision !== elsewhere).map(([decision, step]) => {
    const text = desk.link.section("decisions").get(decision)?.text ?? "";
    const tap = (action) => act(desk, action, { question: question.id, values: { decision } });
    return html`<div class="card answer-held" key=${decision}>
      <p class="card-state"><${Mark} state="held" size="16" /><b class="is-held">${t(step === "nudge" ? "held_nudge" : "held_faq")}</b></p>
      <p class="card-text"><${Said} text=${text} /></p>
      <div class="buttons">
        <button type="button" class="main" onClick=${() => tap("approve")}><${Icon} name="check" />${t("approve")}</button>
        <button type="button" onClick=${() => tap("reject")}><${Icon} name="thumbs-down" />${t("reject")}</button>
      </div>
    </div>`;
  });
}

function Composer({ desk, question }) {
  const { faq, text } = desk.composer;
  const ready = text.trim().length > 0;
  const go = () => ready && sendFaq(desk, question, faq, text.trim());
  const keys = (event) => {
    if (event.key === "Escape") desk.set({ composer: null });
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go();
  };
  return html`<div class="card composer">
    <label for="composer"><b>${t("your_answer")}</b></label>
    <textarea id="composer" rows="3" maxlength="500" value=${text} onKeyDown=${keys}
      onInput=${(event) => desk.set({ composer: { ...desk.composer, text: event.target.value } })}></textarea>
    ${ready && html`<${Preview} desk=${desk} question=${question} spec=${{ action: "post_faq", faq: faq || "staff", text: text.trim() }} />`}
    <div class="buttons">
      <button type="button" class="main" disabled=${!ready} onClick=${go}><${Icon} name="send" />${t("send")}<kbd>Ctrl ⏎</kbd></button>
      <button type="button" onClick=${() => desk.set({ composer: null })}>${t("cancel")}<kbd>Esc</kbd></button>
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
  const only = !bestAnswer(question) && !question.faq.length;
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
