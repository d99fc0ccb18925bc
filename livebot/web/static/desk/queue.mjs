// The queue: filters, search, and a list that draws only the rows in sight, however many questions there are.
import { html, useLayoutEffect, useMemo, useRef, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { Said } from "../shared/text.mjs";
import { percent, span, t } from "../shared/words.mjs";
import { kept, listed, stateOf } from "./order.mjs";

const ROW = 84; // as in desk.css
const BEYOND = 6;
const HAND_STAYS = 5000;
const TABS = ["todo", "done", "all"];

/** The queue's questions as they are shown now; it keeps their order while a hand is on them. */
export function useOrder(desk) {
  const hand = useRef(-Infinity);
  const at = useRef(-1);
  const former = useRef([]);
  const shown = useRef("");
  const version = desk.link.version("questions");
  const wanted = useMemo(() => listed(desk.link.section("questions"), desk.tab, desk.query), [version, desk.tab, desk.query]);
  const view = `${desk.tab} ${desk.query}`;
  const still = shown.current === view && performance.now() - hand.current < HAND_STAYS;
  const [questions, fresh] = still ? kept(former.current, wanted) : [wanted, 0];
  former.current = questions.slice(0, questions.length - fresh).map((question) => question.id);
  shown.current = view;
  if (!fresh) former.current = questions.map((question) => question.id);
  const chosen = questions.findIndex((question) => question.id === desk.selected);
  if (chosen >= 0) at.current = chosen;
  return {
    questions,
    fresh,
    /** The question `step` places from the chosen one; one that has left the list is remembered by its place. */
    beside: (step) => {
      const from = chosen >= 0 ? chosen + step : step > 0 ? Math.max(0, at.current) : at.current - 1;
      return questions[Math.min(questions.length - 1, Math.max(0, from))];
    },
    touch: () => (hand.current = performance.now()),
    release: () => {
      hand.current = -Infinity;
      desk.draw();
    },
  };
}

export function Queue({ desk, order }) {
  const counts = useMemo(() => count(desk.link.section("questions")), [desk.link.version("questions")]);
  return html`<section class="queue pane" aria-labelledby="queue-title">
    <h2 id="queue-title" class="unseen">${t("queue")}</h2>
    <div class="filters">
      <div class="tabs" role="group" aria-label=${t("queue")}>
        ${TABS.map(
          (tab) => html`<button type="button" class="tab" aria-pressed=${desk.tab === tab} onClick=${() => desk.set({ tab })}>
            ${t(`tab_${tab}`)} <span class="count">${counts[tab]}</span>
          </button>`,
        )}
      </div>
      <label class="find">
        <${Icon} name="search" size="16" />
        <span class="unseen">${t("find")}</span>
        <input id="find" type="search" placeholder=${t("find")} value=${desk.query} maxlength="100" autocomplete="off"
          onInput=${(event) => desk.set({ query: event.target.value })} />
      </label>
    </div>
    ${order.questions.length ? html`<${Rows} desk=${desk} order=${order} />` : html`<${Empty} desk=${desk} />`}
  </section>`;
}

function count(questions) {
  const counts = { todo: 0, done: 0, all: questions.size };
  for (const question of questions.values()) counts[question.state === "open" || question.state === "held" ? "todo" : "done"] += 1;
  return counts;
}

function Empty({ desk }) {
  if (desk.query) return html`<div class="empty"><p>${t("nothing_found")}</p></div>`;
  if (desk.tab === "done") return html`<div class="empty"><p>${t("nothing_done")}</p></div>`;
  return html`<div class="empty">
    <${Mark} state="answered" size="32" />
    <p><strong>${t("nothing_open")}</strong></p>
    <p class="soft">${t("empty_next")}</p>
  </div>`;
}

function Rows({ desk, order }) {
  const box = useRef(null);
  const [place, setPlace] = useState({ top: 0, height: 900 });
  const { questions } = order;
  const chosen = questions.findIndex((question) => question.id === desk.selected);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => setPlace({ top: box.current.scrollTop, height: box.current.clientHeight }));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (chosen < 0) return;
    const { scrollTop, clientHeight } = box.current;
    if (chosen * ROW < scrollTop) box.current.scrollTop = chosen * ROW;
    else if ((chosen + 1) * ROW > scrollTop + clientHeight) box.current.scrollTop = (chosen + 1) * ROW - clientHeight;
  }, [desk.selected]);
  const from = Math.max(0, Math.floor(place.top / ROW) - BEYOND);
  const to = Math.min(questions.length, Math.ceil((place.top + place.height) / ROW) + BEYOND);
  const rows = questions.slice(from, to).map((question, i) => [question, from + i]);
  if (chosen >= 0 && (chosen < from || chosen >= to)) rows.push([questions[chosen], chosen]);
  return html`
    <div class="rows" ref=${box} role="listbox" tabindex="0" aria-label=${t("queue")} id="rows"
      aria-activedescendant=${chosen >= 0 ? `row-${chosen}` : undefined}
      onScroll=${() => (order.touch(), setPlace({ top: box.current.scrollTop, height: box.current.clientHeight }))}
      onPointerMove=${order.touch} onPointerDown=${order.touch} onPointerLeave=${order.release}>
      <div class="all-rows" role="presentation" style=${{ height: `${questions.length * ROW}px` }}>
        ${rows.map(([question, i]) => html`<${Row} key=${question.id} desk=${desk} question=${question} i=${i} of=${questions.length} />`)}
      </div>
    </div>
    ${order.fresh > 0 && html`<button type="button" class="fresh" onClick=${order.release}>${t("new_below", { n: order.fresh })}</button>`}
  `;
}

function Row({ desk, question, i, of }) {
  const { link } = desk;
  const ladder = link.section("settings").get("ladder");
  const missedAfter = ladder?.board_after ?? 45;
  const now = link.now();
  const state = stateOf(question, now, missedAfter);
  const waited = question.since === null ? null : Math.max(0, now - question.since);
  const best = question.faq[0];
  const product = link.section("show").get("products")?.[question.product];
  return html`<div class="row ${state}" role="option" id=${`row-${i}`} aria-selected=${question.id === desk.selected}
    aria-setsize=${of} aria-posinset=${i + 1} style=${{ transform: `translateY(${i * ROW}px)` }}
    onClick=${() => desk.select(question.id, "question")}>
    <${Mark} state=${state} />
    <div class="row-text">
      <p class="row-question" lang=${question.lang}><${Said} text=${question.text} limit="160" /></p>
      <p class="row-facts">
        <span class=${`state is-${state}`}>${t(state)}</span>
        <span>${t("people", { n: question.since === null ? question.people : question.waiting })}</span>
        ${waited !== null && html`<span>${span(waited)}</span>`}
        ${product && html`<span class="row-product">${product}</span>`}
        ${best && html`<span class="row-faq">FAQ ${percent(best[1])}%</span>`}
        ${question.complaint && html`<span class="is-late">${t("complaint")}</span>`}
        ${question.claimed_by && html`<span class="row-claim"><${Icon} name="user-round" size="13" />${question.claimed_by}</span>`}
      </p>
    </div>
    ${waited !== null &&
    html`<span class="wait" aria-hidden="true"><span class=${`wait-full is-${state}`} style=${{ transform: `scaleX(${Math.min(1, waited / missedAfter)})` }}></span></span>`}
  </div>`;
}
