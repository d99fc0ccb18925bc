// What is looked up of the open question alone: all who asked, and the words of its answers that match.
import { useEffect, useRef, useState } from "../shared/html.mjs";
import { get } from "../shared/sign_in.mjs";

const AGAIN_AFTER = 500; // a question that many ask at once is looked up twice a second at most

/** Return {askers, marks} of a question; until they are there, the askers that everybody knows. */
export function useWhole(question) {
  const [found, setFound] = useState(null);
  const asked = useRef(-Infinity);
  const total = Object.values(question.channels).reduce((sum, each) => sum + each, 0);
  const key = JSON.stringify([question.id, question.people, question.waiting, total, question.faq, question.answers.map((answer) => [answer.message, answer.lines.length])]);
  useEffect(() => {
    const leave = new AbortController();
    const timer = setTimeout(async () => {
      asked.current = performance.now();
      try {
        const answer = await get(`/api/questions/${encodeURIComponent(question.id)}`, leave.signal);
        if (answer.question) setFound({ id: question.id, askers: answer.question.askers, marks: answer.marks });
      } catch {
        // left, or the network is away: what was known stays
      }
    }, Math.max(0, asked.current + AGAIN_AFTER - performance.now()));
    return () => (clearTimeout(timer), leave.abort());
  }, [key]);
  return found?.id === question.id ? merged(found, question.askers) : { askers: question.askers, marks: {} };
}

/** The askers that were looked up, as they are now, and those who came since. */
function merged({ askers, marks }, latest) {
  const now = new Map(latest.map((asker) => [asker.line, asker]));
  const known = new Set(askers.map((asker) => asker.line));
  return { askers: [...askers.map((asker) => now.get(asker.line) ?? asker), ...latest.filter((asker) => !known.has(asker.line))], marks };
}
