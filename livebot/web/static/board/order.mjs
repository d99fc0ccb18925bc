// Which cards are shown, and where. The next card keeps its place until it is decided; while a hand is near, nothing changes places.

export const PLACES = 5;

/** The order of cards by how much they matter; equal ones by age. */
export const byPriority = (a, b) => b.priority - a.priority || a.since - b.since;

/**
 * The ids to show, the next one first. `former` is what is shown now; `cards` are those that wait; `held` is whether a card that left may
 * still be seen in its place; `priority(id)` is that of a card, also of one that left; `still`: a hand is near.
 */
export function arrange(former, cards, { held, priority, still }) {
  const shown = still ? former : former.filter((id) => cards.has(id) || held(id));
  const fresh = [...cards.values()].filter((card) => !shown.includes(card.id)).sort(byPriority).map((card) => card.id);
  if (still) return [...shown, ...fresh].slice(0, Math.max(PLACES, former.length));
  if (!fresh.length && shown.length === former.length) return former;
  const stays = shown[0] === former[0] ? shown.slice(0, 1) : [];
  const others = [...shown, ...fresh].filter((id) => !stays.includes(id)).sort((a, b) => priority(b) - priority(a));
  return [...stays, ...others].slice(0, PLACES);
}

/** The order after a card was chosen as the next one: it and the former next one change places. */
export function promote(former, id) {
  return former.map((each, i) => (i === 0 ? id : each === id ? former[0] : each));
}

/** How long somebody has waited, in words that change seldom: [key, values]. */
export function waitWords(seconds) {
  if (seconds < 30) return ["wait_new", {}];
  if (seconds < 60) return ["wait_half", {}];
  const n = Math.floor(seconds / 60);
  return [seconds % 60 < 30 || n >= 5 ? "wait_minutes" : "wait_minutes_half", { n }];
}

/** How full the bar is: it grows in steps of a twelfth, not all the time. */
export const waitShare = (seconds, late) => Math.min(1, Math.max(1, Math.floor((seconds / late) * 12)) / 12);
