// A card follows the finger to the right; let go far enough, it is answered.
import { useRef } from "../shared/html.mjs";

const STARTS = 12;
const FAR = 0.3; // of the card's width
const AT_LEAST = 90;

/** Handlers for an element that can be swiped to the right. */
export function useSwipe(onRight) {
  const swipe = useRef(null);
  const ended = useRef(-Infinity);
  const end = (event) => {
    const at = swipe.current;
    swipe.current = null;
    if (!at?.moving) return;
    ended.current = performance.now();
    const far = event.type === "pointerup" && at.dx > Math.max(AT_LEAST, at.card.offsetWidth * FAR);
    if (far) onRight();
    at.card.classList.remove("swiped", "far");
    at.card.style.removeProperty("translate");
  };
  const move = (event) => {
    const at = swipe.current;
    if (!at || event.pointerId !== at.id) return;
    const [dx, dy] = [event.clientX - at.x, event.clientY - at.y];
    if (!at.moving && (dx < STARTS || Math.abs(dy) > dx)) return;
    if (!at.moving) at.card.setPointerCapture(at.id);
    Object.assign(at, { moving: true, dx });
    at.card.classList.add("swiped");
    at.card.classList.toggle("far", dx > Math.max(AT_LEAST, at.card.offsetWidth * FAR));
    at.card.style.translate = `${Math.max(0, dx)}px 0`;
  };
  return {
    onPointerDown: (event) => {
      if (event.isPrimary && event.button === 0) swipe.current = { id: event.pointerId, x: event.clientX, y: event.clientY, card: event.currentTarget, dx: 0 };
    },
    onPointerMove: move,
    onPointerUp: end,
    onPointerCancel: end,
    onClickCapture: (event) => {
      if (performance.now() - ended.current < 100) event.stopPropagation(); // the finger was lifted from a swipe, not from a button
    },
  };
}
