// The desk: queue, question, around. Puts the panes together; keys, announcements, the states of the link.
import { html, useEffect, useRef } from "../shared/html.mjs";
import { Icon } from "../shared/icons.mjs";
import { openPage, Shut } from "../shared/opening.mjs";
import { lang, setLang, span, t } from "../shared/words.mjs";
import { bestAnswer, boost, reject } from "./answers.mjs";
import { Around } from "./around.mjs";
import { answerWith, compose } from "./faq.mjs";
import { service } from "./order.mjs";
import { QuestionPane } from "./question.mjs";
import { Queue, useOrder } from "./queue.mjs";
import { Desk } from "./state.mjs";
import { act, undo } from "./taps.mjs";

const PANES = [
  ["queue", "tab_questions", "users-round"],
  ["question", "tab_question", "message-square"],
  ["around", "around", "panel-right"],
];
const KEYS = [
  ["j k", "key_move"],
  ["enter", "key_open"],
  ["b", "key_boost"],
  ["r", "key_reject"],
  ["f", "key_faq"],
  ["e", "key_edit"],
  ["a", "key_answered"],
  ["h", "key_host"],
  ["c", "key_claim"],
  ["d", "key_dismiss"],
  ["u", "key_undo"],
  ["/", "key_find"],
  ["?", "keys"],
];

function Page({ desk }) {
  const order = useOrder(desk);
  useFirst(desk, order);
  useKeys(desk, order);
  const { link } = desk;
  if (link.status === "refused") return html`<${Shut} what="signed_out" />`;
  if (link.id < 0) return html`<${Shut} what="loading" busy=${true} />`;
  return html`
    <a class="skip" href="#question">${t("skip_to")}</a>
    <${Bar} desk=${desk} />
    <${Notices} desk=${desk} />
    <main class=${`panes show-${desk.pane}`}>
      <${Queue} desk=${desk} order=${order} />
      <${QuestionPane} desk=${desk} />
      <${Around} desk=${desk} />
    </main>
    <nav class="bottom" aria-label=${t("desk")}>
      ${PANES.map(
        ([pane, words, icon]) => html`<button type="button" class="plain" aria-current=${desk.pane === pane ? "page" : undefined}
          onClick=${() => desk.set({ pane })}><${Icon} name=${icon} size="20" /><span>${t(words)}</span></button>`,
      )}
    </nav>
    <${Toasts} desk=${desk} />
    <${Missed} desk=${desk} />
    ${desk.keys && html`<${Keys} desk=${desk} />`}
  `;
}

/** Someone who opens the desk on a wide screen finds the first question open. */
function useFirst(desk, order) {
  const done = useRef(false);
  const here = desk.link.id >= 0; // as of this drawing, which is the one whose order is looked at
  useEffect(() => {
    if (done.current || !here) return;
    done.current = true;
    if (order.questions.length && desk.selected === null) desk.select(order.questions[0].id);
  });
}

function Bar({ desk }) {
  const { link } = desk;
  const show = link.section("show");
  const { n, people, held, longest } = service(link.section("questions"), link.now());
  document.title = `${n ? `(${n}) ` : ""}${t("desk")} · ${show.get("name") ?? "livebot"}`;
  const other = lang() === "ko" ? "en" : "ko";
  return html`<header class="bar">
    <h1 class="bar-name">${show.get("name")}</h1>
    <p class="service">
      ${n ? t("service", { n, people, time: span(longest) }) : t("nothing_open")}
      ${held > 0 && html`<span class="is-held"> · ${t("service_held", { n: held })}</span>`}
    </p>
    <div class="bar-tools">
      <${Status} link=${link} />
      <button type="button" class="plain" lang=${other} onClick=${() => (setLang(other), desk.draw())}>${t("language")}</button>
      <button type="button" class="plain square" aria-label=${t(desk.dark ? "theme_light" : "theme_dark")}
        onClick=${() => desk.setTheme(desk.dark ? "light" : "dark")}><${Icon} name=${desk.dark ? "sun" : "moon"} /></button>
      <button type="button" class="plain square keys-button" aria-label=${t("keys")} onClick=${() => desk.set({ keys: true })}><${Icon} name="keyboard" /></button>
      ${!show.get("stopped") && html`<${Stop} desk=${desk} />`}
    </div>
  </header>`;
}

function Status({ link }) {
  const silent = link.heard() > 8;
  const ok = link.status === "live" && !silent;
  return html`<span class=${`status ${ok ? "is-answered" : "is-late"}`}>
    <${Icon} name=${ok ? "plug-zap" : "unplug"} size="16" />
    <span class="status-word">${ok ? t("live") : link.status === "live" ? t("stale", { time: span(link.heard()) }) : t("reconnecting")}</span>
  </span>`;
}

/** Stop-all takes two taps in two places, so that no single one does it by chance. */
function Stop({ desk }) {
  if (desk.asking !== "stop") {
    return html`<button type="button" class="danger stop" onClick=${() => desk.set({ asking: "stop" })}>
      <${Icon} name="octagon-pause" /><span>${t("stop_all")}</span>
    </button>`;
  }
  const stop = async () => (desk.set({ asking: "" }), await act(desk, "stop"));
  return html`<div class="ask" role="alertdialog" aria-labelledby="ask-title" onKeyDown=${(event) => event.key === "Escape" && desk.set({ asking: "" })}>
    <p id="ask-title"><b>${t("stop_question")}</b></p>
    <div class="buttons">
      <button type="button" autofocus onClick=${() => desk.set({ asking: "" })}>${t("cancel")}</button>
      <button type="button" class="danger main" onClick=${stop}>${t("stop_yes")}</button>
    </div>
  </div>`;
}

function Notices({ desk }) {
  const { link } = desk;
  const show = link.section("show");
  const away = link.status === "reconnecting" && (performance.now() - link.lostAt) / 1000;
  return html`<div class="notices">
    ${away !== false &&
    html`<p class="notice late" role="alert"><${Icon} name="unplug" /><span><b>${t("reconnecting")}</b> ${t("reconnecting_for", { time: span(away) })}</span></p>`}
    ${show.get("stopped") &&
    html`<p class="notice late" role="alert"><${Icon} name="octagon-pause" /><b>${t("stopped")}</b>
      <button type="button" onClick=${() => act(desk, "resume")}><${Icon} name="play" />${t("resume")}</button></p>`}
    ${show.get("lag") > 5 &&
    html`<p class="notice waiting" role="status"><${Icon} name="triangle-alert" />${t("lagging", { time: span(show.get("lag")) })}</p>`}
    ${show.get("ended") && html`<p class="notice" role="status">${t("ended")}</p>`}
    ${link.skipped > 0 &&
    html`<p class="notice waiting" role="status"><${Icon} name="triangle-alert" />${t("skipped", { n: link.skipped })}
      <button type="button" class="plain square" aria-label=${t("close")} onClick=${() => ((link.skipped = 0), desk.draw())}><${Icon} name="x" /></button></p>`}
  </div>`;
}

function Toasts({ desk }) {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${desk.toasts.map(
      (toast) => html`<p class=${`toast ${toast.kind}`} key=${toast.id} role=${toast.kind === "error" ? "alert" : undefined}>
        <${Icon} name=${toast.kind === "error" ? "triangle-alert" : toast.kind === "waiting" ? "loader-circle" : "check"} />
        <span>${toast.text}</span>
        ${toast.undo && html`<button type="button" onClick=${() => undo(desk)}>${t("act_undo")}</button>`}
        <button type="button" class="plain square" aria-label=${t("close")} onClick=${() => desk.dismiss(toast.id)}><${Icon} name="x" /></button>
      </p>`,
    )}
  </div>`;
}

/** Tells a screen reader of each newly missed question, once. */
function Missed({ desk }) {
  const told = useRef(null);
  const { link } = desk;
  const late = link.section("settings").get("ladder")?.board_after ?? 45;
  const missed = [...link.section("questions").values()].filter(
    (question) => question.state === "open" && (question.board || link.now() - question.since >= late),
  );
  told.current ??= { known: new Set(missed.map((question) => question.id)), text: "" };
  const fresh = missed.find((question) => !told.current.known.has(question.id));
  if (fresh) told.current.text = t("missed_now", { text: fresh.text.slice(0, 200) });
  told.current.known = new Set(missed.map((question) => question.id));
  return html`<p class="unseen" aria-live="polite" id="missed">${told.current.text}</p>`;
}

function Keys({ desk }) {
  const box = useRef(null);
  useEffect(() => box.current.showModal(), []);
  const shut = () => desk.set({ keys: false });
  return html`<dialog class="keys" ref=${box} aria-labelledby="keys-title" onClose=${shut} onClick=${(event) => event.target === box.current && shut()}>
    <h2 id="keys-title">${t("keys")}</h2>
    <dl>
      ${KEYS.map(([keys, words]) => html`<div><dt>${keys.split(" ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(words)}</dd></div>`)}
    </dl>
    <button type="button" class="main" onClick=${shut}>${t("close")}</button>
  </dialog>`;
}

// keys

function useKeys(desk, order) {
  const latest = useRef(null);
  latest.current = order;
  useEffect(() => {
    const down = (event) => press(desk, latest.current, event);
    addEventListener("keydown", down);
    return () => removeEventListener("keydown", down);
  }, []);
}

function press(desk, order, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || desk.keys) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.matches("input:not([type=radio]), textarea, select") || target.isContentEditable) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const key = codeKey(event);
  const question = desk.question();
  const done = GENERAL[key]?.(desk, order, event) ?? (question && OF_QUESTION[key]?.(desk, question));
  if (done !== undefined && done !== null) event.preventDefault();
}

/** The Latin key that was pressed, also while a Korean keyboard is on. */
function codeKey(event) {
  if (event.key === "?" || event.key === "/" || event.key.length > 1) return event.key;
  return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key;
}

function move(desk, order, step) {
  const next = order.beside(step);
  if (!next) return null;
  order.touch();
  desk.select(next.id);
  return true;
}

const GENERAL = {
  j: (desk, order) => move(desk, order, 1),
  k: (desk, order) => move(desk, order, -1),
  ArrowDown: (desk, order, event) => (event.target.id === "rows" ? move(desk, order, 1) : null),
  ArrowUp: (desk, order, event) => (event.target.id === "rows" ? move(desk, order, -1) : null),
  Enter: (desk, order, event) => {
    if (document.activeElement.closest("button, a, summary") || !desk.question()) return null;
    desk.set({ pane: "question" });
    document.getElementById("question")?.focus();
    return true;
  },
  Escape: (desk) => (desk.composer || desk.asking ? (desk.set({ composer: null, asking: "" }), true) : null),
  u: (desk) => (undo(desk), true),
  "?": (desk) => (desk.set({ keys: true }), true),
  "/": (desk) => {
    desk.set({ pane: "queue" });
    requestAnimationFrame(() => document.getElementById("find")?.focus());
    return true;
  },
};

const when = (holds, tap) => (holds ? (tap(), true) : null);
const OF_QUESTION = {
  b: (desk, question) => when(bestAnswer(question), () => boost(desk, question, bestAnswer(question))),
  r: (desk, question) => when(bestAnswer(question), () => reject(desk, question, bestAnswer(question))),
  f: (desk, question) => when(question.faq[0] && question.since !== null, () => answerWith(desk, question, question.faq[0])),
  e: (desk, question) => when(question.since !== null, () => compose(desk, question, question.faq[0]?.[0])),
  a: (desk, question) => when(question.since !== null, () => act(desk, "answered", { question: question.id })),
  h: (desk, question) => when(question.since !== null, () => act(desk, "to_host", { question: question.id })),
  c: (desk, question) => when(question.since !== null, () => act(desk, "claim", { question: question.id })),
  d: (desk, question) => when(question.since !== null, () => act(desk, "dismiss", { question: question.id })),
};

openPage("staff", (link, draw) => {
  const desk = new Desk(link, draw);
  return () => html`<${Page} desk=${desk} />`;
});
