// The queue: filters, search, and a list that draws only the rows in sight, however many questions there are.
import { html, useLayoutEffect, useMemo, useRef, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { Name, Said } from "../shared/text.mjs";
import { number, percent, span, t, topicName } from "../shared/words.mjs";
import { choices, followsClock, isIn, kept, listed, SORTS, STATES, stateOf, TABS } from "./order.mjs";
import { NO_FILTERS } from "./state.mjs";

const ROW = 84; // as in desk.css
const BEYOND = 6;
const HAND_STAYS = 5000;

/** The queue's questions as they are shown now; it keeps their order while a hand is on them. */
export function useOrder(desk) {
  const hand = useRef(-Infinity);
  const at = useRef(-1);
  const former = useRef([]);
  const shown = useRef("");
  const { link, tab, query, filters } = desk;
  const version = link.version("questions");
  const second = followsClock(filters) ? Math.floor(link.now()) : 0;
  const wanted = useMemo(() => listed(link.section("questions"), desk, link.now(), desk.missedAfter), [version, tab, query, filters, second]);
  const view = `${tab} ${query} ${Object.values(filters)}`;
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
          (tab) => html`<button type="button" class="tab" aria-pressed=${desk.tab === tab} onClick=${() => openTab(desk, tab)}>
            ${t(`tab_${tab}`)} <span class="count">${number(counts[tab])}</span>
          </button>`,
        )}
      </div>
      <${Search} desk=${desk} />
      ${desk.filtering ? html`<${Filters} desk=${desk} />` : html`<${Narrowed} desk=${desk} />`}
    </div>
    ${order.questions.length ? html`<${Rows} desk=${desk} order=${order} />` : html`<${Empty} desk=${desk} />`}
  </section>`;
}

/** Open a tab; a state that it does not have is no longer asked for. */
export function openTab(desk, tab) {
  const state = STATES[tab].includes(desk.filters.state) ? desk.filters.state : "";
  desk.set({ tab, filters: { ...desk.filters, state }, pane: "queue" });
}

function Search({ desk }) {
  const active = Object.values(desk.filters).filter(Boolean).length;
  return html`<div class="find-row">
    <label class="find">
      <${Icon} name="search" size="16" />
      <span class="unseen">${t("find")}</span>
      <input id="find" type="search" placeholder=${t("find")} value=${desk.query} maxlength="100" autocomplete="off"
        onInput=${(event) => desk.set({ query: event.target.value })} />
    </label>
    <button type="button" class=${`square narrow ${active ? "active" : ""}`} aria-expanded=${desk.filtering} aria-controls="narrow" aria-label=${active ? `${t("narrow")} ${active}` : t("narrow")}
      title=${`${t("narrow")} (x)`} onClick=${() => desk.set({ filtering: !desk.filtering })}>
      <${Icon} name="list-filter" />${active > 0 && html`<span class="narrow-count">${active}</span>`}
    </button>
  </div>`;
}

const FILTERS = ["state", "wait", "topic", "product", "channel"];

/** A filter's value in words. */
function said(desk, name, value) {
  if (name === "product") return desk.link.section("show").get("products")?.[value] ?? value;
  if (name === "channel") return value;
  if (name === "wait") return t("wait_over", { time: span(Number(value)) });
  if (name === "topic") return topicName(value);
  if (name === "sort") return t(`sort_${value || SORTS[0]}`);
  return t({ board: "on_board", claimed: "is_claimed" }[value] ?? value);
}

const setFilter = (desk, name, value) => desk.set({ filters: { ...desk.filters, [name]: value } });

function Filters({ desk }) {
  const { link, tab } = desk;
  const found = choices(link.section("questions"), tab, link.now(), desk.missedAfter);
  const one = (name, options, none) => html`<label class="filter" key=${name}>
    <span class="small soft">${t(`filter_${name}`)}</span>
    <span class="select"><select id=${`filter-${name}`} value=${desk.filters[name]} onChange=${(event) => setFilter(desk, name, event.target.value)}>
      ${none && html`<option value="">${t("filter_any")}</option>`}
      ${options.map(([value, n]) => html`<option key=${value} value=${value}>${said(desk, name, value)}${n === null ? "" : ` (${n})`}</option>`)}
    </select><${Icon} name="chevron-down" size="16" /></span>
  </label>`;
  const options = (name) => {
    const all = found[name];
    const now = desk.filters[name];
    return !now || all.some(([value]) => value === now) ? all : [...all, [now, 0]]; // what is chosen stays there, also when none is left
  };
  const shown = FILTERS.filter((name) => options(name).length > 0);
  const some = Object.values(desk.filters).some(Boolean);
  return html`<div class="narrowing" id="narrow" role="group" aria-label=${t("narrow")}>
    ${shown.map((name) => one(name, options(name), true))}
    ${one("sort", SORTS.map((value) => [value === SORTS[0] ? "" : value, null]), false)}
    ${!desk.filters.sort && html`<p class="small soft narrowing-why">${t("sort_why")}</p>`}
    <div class="buttons narrowing-end">
      <button type="button" disabled=${!some} onClick=${() => desk.set({ filters: NO_FILTERS })}>${t("filter_clear")}</button>
      <button type="button" onClick=${() => desk.set({ filtering: false })}>${t("close")}</button>
    </div>
  </div>`;
}

/** What the queue is narrowed to, each with a tap that takes it away. */
function Narrowed({ desk }) {
  const active = Object.entries(desk.filters).filter(([, value]) => value);
  if (!active.length) return null;
  return html`<ul class="narrowed" id="narrow">
    ${active.map(
      ([name, value]) => html`<li key=${name}><button type="button" class="chip" onClick=${() => setFilter(desk, name, "")}>
        <span class="unseen">${t("filter_remove")} ${t(`filter_${name}`)}: </span><span class="chip-text">${said(desk, name, value)}</span><${Icon} name="x" size="14" />
      </button></li>`,
    )}
  </ul>`;
}

function count(questions) {
  const counts = { todo: 0, done: 0, all: questions.size };
  for (const question of questions.values()) counts[isIn("todo", question) ? "todo" : "done"] += 1;
  return counts;
}

function Empty({ desk }) {
  if (desk.query || Object.entries(desk.filters).some(([name, value]) => value && name !== "sort")) {
    const clear = () => desk.set({ query: "", filters: NO_FILTERS });
    return html`<div class="empty"><p>${t("nothing_found")}</p><button type="button" onClick=${clear}>${t("filter_clear")}</button></div>`;
  }
  if (desk.tab === "done") return html`<div class="empty"><p>${t("nothing_done")}</p></div>`;
  if (desk.link.status !== "live" || desk.link.silent()) {
    return html`<div class="empty">
      <${Mark} state="expired" size="32" />
      <p><strong>${t("board_unknown")}</strong></p>
      <p class="soft">${t("board_unknown_next")}</p>
    </div>`;
  }
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
  const late = desk.missedAfter;
  const now = link.now();
  const state = stateOf(question, now, late);
  const waited = question.since === null ? null : Math.max(0, now - question.since);
  const best = question.faq[0];
  const product = link.section("show").get("products")?.[question.product];
  return html`<div class="row ${state}" role="option" id=${`row-${i}`} aria-selected=${question.id === desk.selected}
    aria-setsize=${of} aria-posinset=${i + 1} style=${{ transform: `translateY(${i * ROW}px)` }}
    onClick=${() => desk.select(question.id, "question")}>
    <${Mark} state=${state} />
    <div class="row-text">
      <div class="row-question" lang=${question.lang}><${Said} text=${question.text} limit="160" /></div>
      <div class="row-facts">
        <span class=${`state is-${state}`}>${t(state)}</span>
        <span>${t("people", { n: question.since === null ? question.people : question.waiting })}</span>
        ${waited !== null && html`<span>${span(waited)}</span>`}
        ${question.complaint && html`<span class="is-late">${t("complaint")}</span>`}
        ${question.claimed_by && html`<span class="row-claim"><${Icon} name="user-round" size="13" /><${Name} name=${question.claimed_by} limit="10" /></span>`}
        ${product && html`<span class="row-product">${product}</span>`}
        ${best?.[1] >= desk.suggestFrom && !question.claimed_by && html`<span class="row-faq">FAQ ${percent(best[1])}%</span>`}
      </div>
    </div>
    ${waited !== null &&
    html`<span class="wait" aria-hidden="true"><span class=${`wait-full is-${state}`} style=${{ transform: `scaleX(${Math.min(1, waited / late)})` }}></span></span>`}
  </div>`;
}
