// The host's board: the next missed question big, a few others beside it, one tap to decide. Also as a prompter.
import { html, useEffect, useLayoutEffect, useRef } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { isOff, keysOn, switchKeys } from "../shared/keys.mjs";
import { Opening, openPage, Shut } from "../shared/opening.mjs";
import { cut, Name, readable, Said } from "../shared/text.mjs";
import { isDark, switchTheme } from "../shared/theme.mjs";
import { has, lang, setLang, span, t } from "../shared/words.mjs";
import { waitShare, waitWords } from "./order.mjs";
import { Board } from "./state.mjs";
import { useSwipe } from "./swipe.mjs";

const ACTIONS = [
  ["answered", "act_answered", "check"],
  ["later", "board_later", "clock"],
  ["to_staff", "board_to_staff", "headset"],
];
const SHORT = 60; // so many characters of a question can be read at a glance
const ANSWER = 140;
const DESCENT = 4; // so far letters may reach below their line: the `overflow-clip-margin` of board.css
const FITS = [2.1, 1.8, 1.5, 1.35, 1.2, 1.1, 1, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55]; // times the usual size of letters

function Page({ board }) {
  useKeys(board);
  useHands(board);
  const { link } = board;
  if (link.status === "refused") return html`<${Shut} what="signed_out" />`;
  if (link.id < 0) return html`<${Opening} link=${link} />`;
  board.arrange();
  const [next, ...others] = board.slots;
  document.title = `${link.section("service").get("board") ? `(${link.section("service").get("board")}) ` : ""}${t("board")} · ${link.section("show").get("name")}`;
  return html`<div class=${`board ${board.prompter ? "prompter" : ""} ${board.prompter && board.mirrored ? "mirrored" : ""}`}>
    <${Top} board=${board} />
    <main class="cards">
      <h1 class="unseen">${t("board")}</h1>
      ${next === undefined
        ? html`<${Empty} link=${link} />`
        : html`<${Next} board=${board} id=${next} /><${Others} board=${board} ids=${others} />`}
    </main>
    <${Line} link=${link} board=${board} />
    <${Missed} board=${board} />
  </div>`;
}

// the top: what is wrong, what was just done, tools

function Top({ board }) {
  const other = lang() === "ko" ? "en" : "ko";
  return html`<header class="top">
    <${Telling} board=${board} />
    <div class="tools">
      ${board.prompter &&
      html`<button type="button" class="plain" aria-pressed=${board.mirrored} onClick=${() => board.set({ mirrored: !board.mirrored })}>
        <${Icon} name="flip-horizontal" size="20" />${t("mirror")}</button>`}
      <button type="button" class="plain" onClick=${() => board.setPrompter(!board.prompter)} title=${t(board.prompter ? "prompter_leave" : "prompter")}>
        <${Icon} name=${board.prompter ? "x" : "monitor-up"} size="20" /><span class="tool-word">${t(board.prompter ? "prompter_leave" : "prompter")}</span>
      </button>
      ${!board.prompter &&
      html`<button type="button" class=${`plain square keys-button ${board.keyed ? "keyed" : ""}`} aria-pressed=${keysOn()} aria-label=${t("keys")} title=${t(keysOn() ? "keys_are_on" : "keys_are_off")} onClick=${() => (switchKeys(), board.draw())}>
          <${Icon} name="keyboard" size="20" /></button>
        <button type="button" class="plain" lang=${other} onClick=${() => (setLang(other), board.draw())}>${t("language")}</button>
        <button type="button" class="plain square" aria-label=${t(isDark() ? "theme_light" : "theme_dark")} onClick=${() => (switchTheme(), board.draw())}>
          <${Icon} name=${isDark() ? "sun" : "moon"} size="20" /></button>`}
    </div>
  </header>`;
}

/** The one thing that matters most now: an error, a lost link, a tap that is kept, what can be undone, else how the link is. */
function telling(board) {
  const { link } = board;
  const error = board.toasts.find((toast) => toast.kind === "error");
  const kept = board.toasts.find((toast) => toast.kind === "waiting");
  if (error) return { kind: "late", icon: "triangle-alert", text: error.text, close: error.id };
  if (link.status === "reconnecting") return { kind: "late", icon: "unplug", text: t("reconnecting"), more: kept ? kept.text : awayWords(link) };
  if (kept) return { kind: "waiting", icon: "loader-circle", text: kept.text };
  const undo = board.undoable();
  if (undo) return { kind: "done", icon: "check", text: undo.mine ? t(`did_${undo.how}`) : settledWords(undo.how), said: undo.text, undo: true };
  if (board.toasts.length) return { kind: "done", icon: "check", text: board.toasts.at(-1).text };
  if (link.silent()) return { kind: "late", icon: "unplug", text: t("stale", { time: span(link.heard()) }), more: t("stale_next") };
  if (link.section("show").get("ended")) return { kind: "", icon: "minus", text: t("ended") };
  const lag = link.section("show").get("lag");
  if (lag > 5) return { kind: "waiting", icon: "triangle-alert", text: t("lagging", { time: span(lag) }) };
  return { kind: "quiet", icon: "plug-zap", text: t("live") };
}

const awayWords = (link) => t("reconnecting_for", { time: span((performance.now() - link.lostAt) / 1000) });
const settledWords = (how) => t(["settled_", "by_"].map((before) => before + how).find(has) ?? "settled_gone");

function Telling({ board }) {
  const { kind, icon, text, more, said, undo, close } = telling(board);
  return html`<div key=${kind === "late"} class=${`telling ${kind} ${undo ? "undo" : ""}`} role=${kind === "late" ? "alert" : "status"}>
    <${Icon} name=${icon} size="22" />
    <p>
      <b>${text}</b>
      ${more && html` <span>${more}</span>`}
      ${said && html` <span class="telling-said"><${Said} text=${said} limit="40" /></span>`}
    </p>
    ${undo && html`<button type="button" onClick=${() => board.undo()}><${Icon} name="undo-2" size="20" />${t("act_undo")}</button>`}
    ${close && html`<button type="button" class="plain square" aria-label=${t("close")} onClick=${() => board.dismiss(close)}><${Icon} name="x" size="20" /></button>`}
  </div>`;
}

// cards

function Empty({ link }) {
  const over = link.section("show").get("ended");
  const unknown = link.status === "reconnecting" || link.silent();
  return html`<section class="empty" aria-labelledby="next-title">
    <${Mark} state=${unknown ? "expired" : "answered"} size="72" />
    <h2 id="next-title">${t(unknown ? "board_unknown" : "nothing_open")}</h2>
    <p>${t(unknown ? "board_unknown_next" : over ? "board_over_next" : "board_empty_next")}</p>
  </section>`;
}

/** How much room a question takes: the shorter, the larger it is written. */
const sizeOf = (length) => (length <= 14 ? "xl" : length <= 26 ? "l" : length <= 42 ? "m" : "s");

function Next({ board, id }) {
  const card = board.known.get(id);
  const left = board.settled.get(id);
  const going = board.leaving.get(id);
  const swipe = useSwipe(() => board.decide(id, "answered"));
  const place = useRef(null);
  useFit(place, board.prompter ? FITS[0] : 1.5, [id, card?.text, card?.answer?.text, Boolean(left), innerWidth, innerHeight]);
  if (!card) return null;
  const length = Math.min(SHORT, [...card.text].length);
  return html`<section class=${`next ${going ? `going-${going}` : ""} ${left ? "left" : ""}`} aria-labelledby="next-title">
    <div class="card" ref=${place} key=${id} data-id=${id} ...${left ? {} : swipe}>
      <p class="swipe-word" aria-hidden="true"><${Icon} name="check" size="48" />${t("act_answered")}</p>
      <${Facts} board=${board} card=${card} title="board_next" />
      <h2 id="next-title" class=${`asked size-${sizeOf(length)}`} lang=${card.lang || undefined}><${Said} text=${card.text} limit=${SHORT} /></h2>
      <${Answer} answer=${card.answer} />
      ${left && html`<${Left} board=${board} left=${left} />`}
    </div>
    <div class="decide" role="group" aria-label=${t("actions")}>
      ${ACTIONS.map(
        ([action, words, icon], i) => html`<button type="button" class=${i ? "" : "main"} aria-disabled=${Boolean(left || going)}
          onClick=${() => board.decide(id, action)}><${Icon} name=${icon} size="28" />${t(words)}<kbd aria-hidden="true">${i + 1}</kbd></button>`,
      )}
    </div>
  </section>`;
}

/** Question and answer are written as large as there is room for, at most `most` times the usual; where they cannot be whole, the page scrolls. */
function useFit(place, most, what) {
  useLayoutEffect(() => {
    const card = place.current;
    if (!card) return;
    const scrolls = getComputedStyle(card).getPropertyValue("--scrolls").trim() === "1";
    const fits = (size) => {
      card.style.setProperty("--fit", size);
      return card.scrollHeight <= card.clientHeight + DESCENT && document.documentElement.scrollHeight <= innerHeight;
    };
    if (scrolls || !FITS.filter((size) => size <= most).some(fits)) card.style.setProperty("--fit", 1);
  }, [...what, most]);
}

function Facts({ board, card, title }) {
  const { link } = board;
  const show = link.section("show");
  const waited = Math.max(0, link.now() - card.since);
  const late = waited >= show.get("late");
  const [key, values] = waitWords(waited);
  const product = card.product !== show.get("on_air") && show.get("products")?.[card.product];
  return html`<div class="facts">
    <p class="facts-words">
      ${title && html`<span class="title">${t(title)}</span>`}
      <${Who} card=${card} />
      ${product && html`<span class="tag"><${Said} text=${product} limit="24" /></span>`}
      ${card.complaint && html`<span class="tag is-late">${t("complaint")}</span>`}
      ${card.personal && html`<span class="tag">${t("personal")}</span>`}
      ${card.claimed_by && html`<span class="tag is-held"><${Icon} name="user-round" size="18" /><${Said} text=${t("claimed", { name: card.claimed_by })} limit="40" /></span>`}
    </p>
    <p class=${`waits ${late ? "is-late" : "is-open"}`}>
      <span class="waits-words"><${Mark} state=${late ? "late" : "open"} size="18" />${late && html`<b>${t("wait_late")} · </b>`}${t(key, values)}</span>
      <span class="waits-bar" aria-hidden="true"><span style=${{ transform: `scaleX(${waitShare(waited, show.get("late"))})` }}></span></span>
    </p>
  </div>`;
}

function Who({ card }) {
  const others = card.waiting - 1;
  if (!card.name) return html`<span class="who">${t("people", { n: card.waiting })}</span>`;
  const [before, after] = t(others ? "board_and_others" : "board_named", { name: "\u0000", n: others }).split("\u0000");
  return html`<span class="who">${before}<${Name} name=${card.name} limit="12" />${after}</span>`;
}

function Answer({ answer }) {
  if (!answer) {
    return html`<div class="answer none"><p class="answer-title">${t("board_no_answer")}</p><p>${t("board_no_answer_next")}</p></div>`;
  }
  const title = answer.from === "staff" ? "board_read_staff" : answer.sure ? "board_read" : "board_guess";
  return html`<div class=${`answer ${answer.sure ? "sure" : "guess"}`}>
    <p class="answer-title">${t(title)}${!answer.sure && html` <span class="answer-asks" lang=${answer.lang || undefined}><${Said} text=${answer.asks} limit="60" /></span>`}</p>
    <p class=${`answer-text ${[...answer.text].length > 70 ? "long" : ""}`} lang=${answer.lang || undefined}><${Said} text=${readable(answer.text, ANSWER)} /></p>
  </div>`;
}

/** Why a card left by itself, where it said who asks, and its undo where the answer was: in their room, so that nothing moves. */
function Left({ board, left }) {
  return html`<div class="settled" role="status">
    <p class="settled-words"><${Icon} name="check" size="32" />${settledWords(left.how)}</p>
    ${left.how !== "gone" && left.how !== "undone" &&
    html`<button type="button" onClick=${() => board.undo()}><${Icon} name="undo-2" size="22" />${t("act_undo")}</button>`}
  </div>`;
}

function Others({ board, ids }) {
  const list = useRef(null);
  useSliding(list, ids);
  const more = board.link.section("service").get("board") - board.tapped.size - ids.length - 1;
  return html`<section class="others" aria-labelledby="others-title">
    <h2 id="others-title" class="unseen">${t("board_others")}</h2>
    ${ids.length
      ? html`<ol ref=${list}>${ids.map((id) => html`<${Other} key=${id} board=${board} id=${id} />`)}</ol>`
      : html`<p class="rest">${t("board_alone")}</p>`}
    ${more > 0 && html`<p class="more">${t("board_more", { n: more })}</p>`}
  </section>`;
}

function Other({ board, id }) {
  const card = board.known.get(id);
  const left = board.settled.get(id);
  const going = board.leaving.get(id);
  const swipe = useSwipe(() => board.decide(id, "answered"));
  if (!card) return null;
  return html`<li class=${`other ${going ? `going-${going}` : ""} ${left ? "left" : ""}`} data-id=${id} ...${left ? {} : swipe}>
    ${left
      ? html`<div class="settled" role="status"><p class="settled-words"><${Icon} name="check" size="22" />${settledWords(left.how)}</p>
        <p class="settled-asked" lang=${card.lang || undefined}><${Said} text=${card.text} limit="44" /></p></div>`
      : html`<button type="button" class="choose" onClick=${() => board.choose(id)}>
            <span class="other-text" lang=${card.lang || undefined}><${Said} text=${card.text} limit="44" /></span>
            <span class="unseen">${t("board_choose")}</span>
            <${OtherFacts} board=${board} card=${card} />
          </button>
          <button type="button" class="tick" aria-label=${t("act_answered")} onClick=${() => board.decide(id, "answered")}><${Icon} name="check" size="28" /></button>`}
  </li>`;
}

function OtherFacts({ board, card }) {
  const late = board.link.section("show").get("late");
  const waited = Math.max(0, board.link.now() - card.since);
  return html`<span class=${`other-facts ${waited >= late ? "is-late" : "is-open"}`}>
    <span><${Mark} state=${waited >= late ? "late" : "open"} size="16" />${t("people", { n: card.waiting })}</span>
    <span class="waits-bar" aria-hidden="true"><span style=${{ transform: `scaleX(${waitShare(waited, late)})` }}></span></span>
    <span class="unseen">${t(...waitWords(waited))}</span>
  </span>`;
}

/** Cards that change places are seen to move there. */
function useSliding(list, ids) {
  const tops = useRef(new Map());
  useLayoutEffect(() => {
    const items = list.current?.children ?? [];
    const now = new Map([...items].map((each) => [each.dataset.id, each.offsetTop]));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const each of calm ? [] : items) {
      const moved = (tops.current.get(each.dataset.id) ?? now.get(each.dataset.id)) - now.get(each.dataset.id);
      if (moved) each.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], { duration: 200, easing: "ease-out" });
    }
    tops.current = now;
  }, [ids.join("\n")]);
}

// the bottom line, what a screen reader hears

function Line({ link, board }) {
  const show = link.section("show");
  const service = link.section("service");
  const product = show.get("products")?.[show.get("on_air")];
  const longest = Math.max(0, link.now() - (service.get("since") ?? link.now()));
  const words = t("service", { n: service.get("open"), people: service.get("people"), time: span(longest < 10 ? longest : Math.floor(longest / 10) * 10) });
  return html`<footer class="line">
    <p class="on-air"><span class=${`lamp ${show.get("ended") ? "" : "lit"}`} aria-hidden="true"></span>
      <span>${show.get("ended") ? t("ended") : t("on_air")}${product && html` · <${Said} text=${product} limit="40" />`}</span></p>
    <p class="service">${board.prompter && board.slots.length > 1 && html`<b>${t("board_more", { n: board.slots.length - 1 })}</b> · `}
      ${service.get("open") ? words : ""}</p>
  </footer>`;
}

/** Tells a screen reader of each newly missed question, and of one that left by itself. */
function Missed({ board }) {
  const known = useRef(null);
  const text = useRef("");
  const cards = board.link.section("cards");
  const fresh = known.current ? [...cards.values()].filter((card) => !known.current.has(card.id)) : [];
  if (fresh.length) text.current = t(fresh.length > 1 ? "missed_several" : "missed_now", { n: fresh.length, text: cut(fresh[0].text, 120) });
  known.current = new Set(cards.keys());
  return html`<p class="unseen" aria-live="polite" id="missed">${text.current}</p>`;
}

// hands, keys, the screen

function useHands(board) {
  useEffect(() => {
    const down = () => board.touch(true);
    const up = () => board.touch(false);
    const move = (event) => event.pointerType === "mouse" && board.touch();
    const pairs = [["pointerdown", down], ["pointerup", up], ["pointercancel", up], ["pointermove", move]];
    for (const [name, hear] of pairs) addEventListener(name, hear, { capture: true, passive: true });
    document.documentElement.addEventListener("pointerleave", () => board.release());
    keepAwake();
    document.addEventListener("visibilitychange", keepAwake);
  }, []);
}

/** A tablet beside the camera must not fall asleep; browsers allow to ask for it only over TLS or on this machine. */
async function keepAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // not allowed, as with a low battery: the tablet's own setting holds
  }
}

function useKeys(board) {
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const key = /^(?:Key|Digit|Numpad)(.)$/.exec(event.code)?.[1].toLowerCase() ?? event.key;
      if (!board.keyed) board.set({ keyed: true });
      if (isOff(key)) return;
      if (KEYS[key]?.(board) !== undefined) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const next = (action) => (board) => (board.slots.length ? (board.decide(board.slots[0], action), true) : undefined);
const KEYS = {
  1: next("answered"),
  2: next("later"),
  3: next("to_staff"),
  u: (board) => (board.undo(), true),
  p: (board) => (board.setPrompter(!board.prompter), true),
  m: (board) => (board.prompter ? (board.set({ mirrored: !board.mirrored }), true) : undefined),
};

openPage("board", (link, draw) => {
  const board = new Board(link, draw);
  return () => html`<${Page} board=${board} />`;
});
