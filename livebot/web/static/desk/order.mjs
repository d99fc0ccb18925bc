// Which questions the queue shows, and in which order. Nothing moves under a hand: while somebody points at the list it keeps its order.

/** The state with what the clock adds: an open question that has waited long is missed. */
export function stateOf(question, now, missedAfter) {
  return question.state === "open" && (question.board || now - question.since >= missedAfter) ? "late" : question.state;
}

const TODO = new Set(["open", "held"]);

/** The questions of a tab that fit what is typed, those that matter most first. */
export function listed(questions, tab, query) {
  const wanted = query.trim().toLowerCase();
  const fits = (question) =>
    (tab === "all" || (tab === "todo") === TODO.has(question.state)) && (!wanted || textOf(question).includes(wanted));
  const found = [...questions.values()].filter(fits);
  const settled = (question) => question.settled ?? question.asked;
  if (tab === "done") return found.sort((a, b) => settled(b) - settled(a));
  const rank = (question) => (TODO.has(question.state) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || b.priority - a.priority || a.asked - b.asked);
}

function textOf(question) {
  const askers = question.askers.map((asker) => `${asker.name} ${asker.text}`).join(" ");
  return `${question.text} ${askers} ${Object.keys(question.channels).join(" ")} ${question.topics.join(" ")} ${question.note}`.toLowerCase();
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
  const open = [...questions.values()].filter((question) => question.state === "open");
  const people = open.reduce((sum, question) => sum + question.waiting, 0);
  const held = [...questions.values()].filter((question) => question.state === "held").length;
  return { n: open.length, people, held, longest: Math.max(0, ...open.map((question) => now - question.since)) };
}
