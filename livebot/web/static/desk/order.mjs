// Which questions the queue shows, and in which order. Nothing moves under a hand: while somebody points at the list it keeps its order.

/** The state with what the clock adds: an open question that has waited long is missed. */
export function stateOf(question, now, missedAfter) {
  return question.state === "open" && (question.board || now - question.since >= missedAfter) ? "late" : question.state;
}

const TODO = new Set(["open", "held"]);
export const TABS = ["todo", "done", "all"];
/** The states that a tab can be narrowed to. */
export const STATES = {
  todo: ["late", "open", "held", "board", "claimed", "complaint"],
  done: ["answered", "dismissed", "expired"],
  all: ["late", "open", "held", "board", "claimed", "complaint", "answered", "dismissed", "expired"],
};
export const WAITS = [30, 60, 120, 300];
export const SORTS = ["urgent", "waited", "people", "newest"];

/** Whether a question is in a tab. */
export const isIn = (tab, question) => tab === "all" || (tab === "todo") === TODO.has(question.state);

/** Whether a question is in the state that the filter names. */
export function isState(state, question, now, missedAfter) {
  if (state === "board") return question.board;
  if (state === "claimed") return Boolean(question.claimed_by);
  if (state === "complaint") return question.complaint;
  return stateOf(question, now, missedAfter) === state;
}

const TESTS = {
  state: (question, value, now, missedAfter) => isState(value, question, now, missedAfter),
  topic: (question, value) => question.topics.includes(value),
  product: (question, value) => question.product === value,
  channel: (question, value) => value in question.channels,
  wait: (question, value, now) => question.since !== null && now - question.since >= Number(value),
};

/** Whether the clock alone changes what the filters let through. */
export const followsClock = (filters) => Boolean(filters.state || filters.wait);

/** The questions of a tab that fit the filters and what is typed, those that matter most first. */
export function listed(questions, { tab, query, filters }, now, missedAfter) {
  const words = query.trim().toLowerCase();
  const tests = Object.entries(TESTS).filter(([name]) => filters[name]);
  const fits = (question) =>
    isIn(tab, question) && tests.every(([name, test]) => test(question, filters[name], now, missedAfter)) && (!words || textOf(question).includes(words));
  return [...questions.values()].filter(fits).sort(ORDERS[filters.sort] ?? (tab === "done" ? settledLast : urgent));
}

const settled = (question) => question.settled ?? question.asked;
const settledLast = (a, b) => settled(b) - settled(a);
const rank = (question) => (TODO.has(question.state) ? 0 : 1);
const urgent = (a, b) => rank(a) - rank(b) || b.priority - a.priority || a.asked - b.asked;
const ORDERS = {
  urgent,
  waited: (a, b) => (a.since ?? Infinity) - (b.since ?? Infinity) || a.asked - b.asked,
  people: (a, b) => b.people - a.people || a.asked - b.asked,
  newest: (a, b) => b.asked - a.asked,
};

function textOf(question) {
  const askers = question.askers.map((asker) => `${asker.name} ${asker.text}`).join(" ");
  return `${question.text} ${askers} ${Object.keys(question.channels).join(" ")} ${question.topics.join(" ")} ${question.note}`.toLowerCase();
}

/** What the filters can be set to: name -> [value, how many questions of the tab have it], the commonest first. */
export function choices(questions, tab, now, missedAfter) {
  const counts = { topic: new Map(), product: new Map(), channel: new Map(), state: new Map(), wait: new Map() };
  const count = (name, value) => counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
  for (const question of questions.values()) {
    if (!isIn(tab, question)) continue;
    for (const topic of question.topics) count("topic", topic);
    if (question.product) count("product", question.product);
    for (const channel of Object.keys(question.channels)) count("channel", channel);
    for (const state of STATES[tab]) if (isState(state, question, now, missedAfter)) count("state", state);
    for (const wait of WAITS) if (TESTS.wait(question, wait, now)) count("wait", String(wait));
  }
  const common = (map) => [...map].sort((a, b) => b[1] - a[1]);
  const inOrder = (map, order) => order.map((value) => [String(value), map.get(String(value)) ?? 0]);
  return {
    ...Object.fromEntries(["topic", "product", "channel"].map((name) => [name, common(counts[name])])),
    state: inOrder(counts.state, STATES[tab]),
    wait: tab === "done" ? [] : inOrder(counts.wait, WAITS),
  };
}

/** Keep a former order: what is still there stays where it was, what is new comes last. Returns [questions, how many are new]. */
export function kept(former, questions) {
  const now = new Map(questions.map((question) => [question.id, question]));
  const old = former.filter((id) => now.has(id)).map((id) => now.get(id));
  const known = new Set(former);
  const fresh = questions.filter((question) => !known.has(question.id));
  return [[...old, ...fresh], fresh.length];
}

/** How many wait, how many people that is, how long the longest, and how many need a check. */
export function service(questions, now) {
  const sum = { n: 0, people: 0, held: 0, longest: 0 };
  for (const question of questions.values()) {
    if (question.state === "held") sum.held += 1;
    if (question.state !== "open") continue;
    sum.n += 1;
    sum.people += question.waiting;
    sum.longest = Math.max(sum.longest, now - question.since);
  }
  return sum;
}
