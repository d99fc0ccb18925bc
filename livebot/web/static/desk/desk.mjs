// The desk: queue, question, around. Puts the panes together; keys, announcements, the states of the link.
import { html, useEffect, useRef } from "../shared/html.mjs";
import { Icon } from "../shared/icons.mjs";
import { isOff } from "../shared/keys.mjs";
import { Opening, openPage, Shut } from "../shared/opening.mjs";
import { cut, Name } from "../shared/text.mjs";
import { isDark, switchTheme } from "../shared/theme.mjs";
import { lang, setLang, span, t } from "../shared/words.mjs";
import { bestAnswer, boost, reject, relink } from "./answers.mjs";
import { Around, SIDES } from "./around.mjs";
import { Keys, Merge, Relink } from "./dialogs.mjs";
import { answerWith, cancel, compose, reword } from "./faq.mjs";
import { service, TABS } from "./order.mjs";
import { openPerson, personOf, Viewer } from "./people.mjs";
import { copyBest, merge, note, QuestionPane, split } from "./question.mjs";
import { openTab, Queue, useOrder } from "./queue.mjs";
import { Desk } from "./state.mjs";
import { act, copy, undo } from "./taps.mjs";

const PANES = [
  ["queue", "tab_questions", "users-round"],
  ["question", "tab_question", "message-square"],
  ["around", "around", "panel-right"],
];
const KEYS = [
  [
    "keys_move",
    [
      ["j k", "key_move"],
      ["enter", "key_open"],
      ["/", "key_find"],
      ["x", "narrow"],
      ["1 2 3", "key_tabs"],
      ["4 5 6 7 8", "key_sides"],
      ["v", "key_person"],
      ["p", "key_rundown"],
    ],
  ],
  [
    "keys_answer",
    [
      ["b", "key_boost"],
      ["r", "key_reject"],
      ["g", "key_reword"],
      ["f", "key_faq"],
      ["e", "key_edit"],
      ["w", "key_write"],
      ["y", "act_copy"],
    ],
  ],
  [
    "keys_decide",
    [
      ["a", "key_answered"],
      ["h", "key_host"],
      ["c", "key_claim"],
      ["d", "key_dismiss"],
      ["n", "act_note"],
      ["l", "key_relink"],
      ["m", "act_merge"],
      ["s", "act_split"],
    ],
  ],
  [
    "keys_always",
    [
      ["u", "key_undo"],
      ["0", "key_stop"],
      ["esc", "key_leave"],
      ["?", "keys"],
    ],
  ],
];

function Page({ desk }) {
  const order = useOrder(desk);
  useFirst(desk, order);
  useKeys(desk, order);
  const { link } = desk;
  if (link.status === "refused") return html`<${Shut} what="signed_out" />`;
  if (link.id < 0) return html`<${Opening} link=${link} />`;
  return html`
    <a class="skip" href="#question">${t("skip_to")}</a>
    <${Bar} desk=${desk} />
    <${Notices} desk=${desk} />
    <main class=${`panes show-${desk.pane} ${link.status === "live" ? "" : "past"}`}>
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
    <${Dialog} desk=${desk} />
  `;
}

function Dialog({ desk }) {
  const { dialog } = desk;
  if (dialog?.what === "keys") return html`<${Keys} desk=${desk} groups=${KEYS} />`;
  if (dialog?.what === "viewer") return html`<${Viewer} key=${dialog.author} desk=${desk} author=${dialog.author} name=${dialog.name} />`;
  if (dialog?.what === "relink") return html`<${Relink} key=${dialog.line.id} desk=${desk} line=${dialog.line} />`;
  const question = dialog?.what === "merge" ? desk.question(dialog.question) : null;
  return question ? html`<${Merge} desk=${desk} question=${question} />` : null;
}

/** Until somebody has chosen a question, the first one there is stands open on a wide screen. */
function useFirst(desk, order) {
  useEffect(() => {
    if (desk.selected === null && order.questions.length) desk.select(order.questions[0].id);
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
      ${n ? whole(t("service", { n, people, time: span(longest) })) : link.status === "live" && !link.silent() && t("nothing_open")}
      ${held > 0 && html`<span class="is-held"> · ${t("service_held", { n: held })}</span>`}
    </p>
    <div class="bar-tools">
      <${Status} link=${link} />
      <button type="button" class="plain" lang=${other} onClick=${() => (setLang(other), desk.draw())}>${t("language")}</button>
      <button type="button" class="plain square" aria-label=${t(isDark() ? "theme_light" : "theme_dark")}
        onClick=${() => (switchTheme(), desk.draw())}><${Icon} name=${isDark() ? "sun" : "moon"} /></button>
      <button type="button" class="plain square keys-button" aria-label=${t("keys")} onClick=${() => desk.set({ dialog: { what: "keys" } })}><${Icon} name="keyboard" /></button>
      ${!show.get("stopped") && html`<${Stop} desk=${desk} />`}
      <${Ask} desk=${desk} />
    </div>
  </header>`;
}

/** A line of which no part is broken in two. */
const whole = (words) => words.split(" · ").map((part, i) => html`${i > 0 && " · "}<span>${part}</span>`);

function Status({ link }) {
  const ok = link.status === "live" && !link.silent();
  return html`<span class=${`status ${ok ? "is-answered" : "is-late"}`}>
    <${Icon} name=${ok ? "plug-zap" : "unplug"} size="16" />
    <span class="status-word">${t(ok ? "live" : "not_live")}</span>
  </span>`;
}

/** Stop-all takes two taps in two places, so that no single one does it by chance. */
function Stop({ desk }) {
  const stop = () => act(desk, "stop");
  return html`
    <button type="button" class="danger stop" aria-expanded=${desk.asking?.what === "stop"} onClick=${() => desk.set({ asking: { what: "stop", go: stop } })}>
      <${Icon} name="octagon-pause" /><span>${t("stop_all")}</span>
    </button>
  `;
}

/** What is asked before it is done: stopping everything, and sending what a colleague may be writing just now. */
function Ask({ desk }) {
  const box = useRef(null);
  const { asking } = desk;
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector("button")?.focus();
    return () => document.activeElement === document.body && before?.focus?.();
  }, [asking]);
  if (!asking) return null;
  const leave = () => (desk.set({ asking: null }), asking.leave?.());
  const go = () => (desk.set({ asking: null }), asking.go());
  const stop = asking.what === "stop";
  return html`<div class=${`ask ${stop ? "" : "ask-claimed"}`} ref=${box} role="alertdialog" aria-labelledby="ask-title" onKeyDown=${(event) => event.key === "Escape" && (event.stopPropagation(), leave())}>
    <p id="ask-title"><b>${stop ? t("stop_question") : html`<${Name} name=${asking.name} limit="20" />${t("claimed_rest")}`}</b>${!stop && html`<br />${t("claimed_question")}`}</p>
    <div class="buttons">
      <button type="button" onClick=${leave}>${t("cancel")}</button>
      <button type="button" class=${stop ? "danger main" : "main"} onClick=${go}>${t(stop ? "stop_yes" : "claimed_yes")}</button>
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
    ${away === false && link.silent() &&
    html`<p class="notice late" role="alert"><${Icon} name="unplug" /><span><b>${t("stale", { time: span(link.heard()) })}</b> ${t("stale_next")}</span></p>`}
    ${show.get("stopped") &&
    html`<p class="notice late" role="alert"><${Icon} name="octagon-pause" /><b>${t("stopped")}</b>
      <button type="button" onClick=${() => act(desk, "resume")}><${Icon} name="play" />${t("resume")}</button></p>`}
    ${show.get("lag") > 5 &&
    html`<p class="notice waiting" role="status"><${Icon} name="triangle-alert" />${t("lagging", { time: span(show.get("lag")) })}</p>`}
    ${show.get("crowd") && html`<p class="notice late" role="alert"><${Icon} name="triangle-alert" /><b>${t("crowd")}</b> ${t("crowd_next")}</p>`}
    ${show.get("ended") && html`<p class="notice" role="status"><b>${t("ended")}</b> ${t("ended_next")}</p>`}
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
        ${toast.copy && html`<button type="button" onClick=${() => copy(desk, toast.copy)}><${Icon} name="copy" size="16" />${t("copy")}</button>`}
        ${toast.again && html`<button type="button" onClick=${() => (desk.dismiss(toast.id), toast.again())}>${t("again")}</button>`}
        ${toast.undo && html`<button type="button" onClick=${() => undo(desk)}>${t("act_undo")}</button>`}
        <button type="button" class="plain square" aria-label=${t("close")} onClick=${() => desk.dismiss(toast.id)}><${Icon} name="x" /></button>
      </p>`,
    )}
  </div>`;
}

/** What is said of questions that are missed from now on: the first one, and how many there are. */
const missedWords = (fresh) => t(fresh.length > 1 ? "missed_several" : "missed_now", { n: fresh.length, text: cut(fresh[0].text, 120) });

/** Tells a screen reader of each newly missed question, once. */
function Missed({ desk }) {
  const told = useRef(null);
  const { link } = desk;
  const late = desk.missedAfter;
  const missed = [...link.section("questions").values()].filter(
    (question) => question.state === "open" && (question.board || link.now() - question.since >= late),
  );
  told.current ??= { known: new Set(missed.map((question) => question.id)), text: "" };
  const fresh = missed.filter((question) => !told.current.known.has(question.id));
  if (fresh.length) told.current.text = missedWords(fresh);
  told.current.known = new Set(missed.map((question) => question.id));
  return html`<p class="unseen" aria-live="polite" id="missed">${told.current.text}</p>`;
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
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || desk.dialog) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select") || target.isContentEditable) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const key = codeKey(event);
  if (isOff(key)) return;
  if (event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(key)) return; // a key that is held down decides once
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
  Escape: (desk) => leave(desk),
  u: (desk) => (undo(desk), true),
  "?": (desk) => (desk.set({ dialog: { what: "keys" } }), true),
  "/": (desk) => {
    desk.set({ pane: "queue" });
    requestAnimationFrame(() => document.getElementById("find")?.focus());
    return true;
  },
  x: (desk) => {
    desk.set({ filtering: !desk.filtering, pane: "queue" });
    if (desk.filtering) requestAnimationFrame(() => document.querySelector("#narrow select")?.focus());
    return true;
  },
  p: (desk) => {
    desk.set({ rundown: !desk.rundown, pane: "around" });
    if (desk.rundown) requestAnimationFrame(() => document.querySelector("#rundown [aria-pressed=true], #rundown button")?.focus());
    return true;
  },
  0: (desk) => when(!desk.link.section("show").get("stopped"), () => desk.set({ asking: { what: "stop", go: () => act(desk, "stop") } })),
  ...Object.fromEntries(TABS.map((tab, i) => [i + 1, (desk) => (openTab(desk, tab), true)])),
  ...Object.fromEntries(SIDES.map(([side], i) => [i + 1 + TABS.length, (desk) => (desk.set({ side, pane: "around" }), true)])),
};

/** Leave what is open, the topmost first; whether anything was. */
function leave(desk) {
  if (desk.asking) return (desk.asking.leave?.(), desk.set({ asking: null }), true);
  for (const [name, shut] of [["more", false], ["noting", null], ["splitting", null], ["filtering", false], ["rundown", false]]) {
    if (desk[name]) return (desk.set({ [name]: shut }), true);
  }
  return cancel(desk) || null;
}

const when = (holds, tap) => (holds ? (tap(), true) : null);
const OF_QUESTION = {
  b: (desk, question) => when(bestAnswer(question), () => boost(desk, question, bestAnswer(question))),
  r: (desk, question) => when(bestAnswer(question), () => reject(desk, question, bestAnswer(question))),
  f: (desk, question) => when(question.faq[0] && question.since !== null, () => answerWith(desk, question, question.faq[0])),
  e: (desk, question) => when(question.since !== null, () => compose(desk, question, question.faq[0]?.[0])),
  a: (desk, question) => when(question.since !== null, () => act(desk, "answered", { question: question.id })),
  h: (desk, question) => when(question.since !== null, () => act(desk, "to_host", { question: question.id })),
  c: (desk, question) => when(question.since !== null, () => act(desk, "claim", { question: question.id })),
  g: (desk, question) => when(bestAnswer(question), () => reword(desk, question, bestAnswer(question))),
  w: (desk, question) => when(question.since !== null, () => compose(desk, question, "")),
  y: (desk, question) => copyBest(desk, question),
  v: (desk, question) => {
    const person = personOf(question, bestAnswer(question));
    return when(person, () => openPerson(desk, person.author, person.name));
  },
  n: (desk, question) => when(true, () => note(desk, question)),
  l: (desk, question) => when(question.answers[0]?.text, () => relink(desk, bestAnswer(question) ?? question.answers[0])),
  m: (desk, question) => when(desk.link.section("questions").size > 1, () => merge(desk, question)),
  s: (desk, question) => when(question.askers.length > 1, () => split(desk, question)),
  d: (desk, question) => when(question.since !== null, () => act(desk, "dismiss", { question: question.id })),
};

openPage("staff", (link, draw) => {
  const desk = new Desk(link, draw);
  return () => html`<${Page} desk=${desk} />`;
});
