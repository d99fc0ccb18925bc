// Windows over the desk: the keys, and choosing questions: which one is the same, and which ones a line answers.
import { html, useEffect, useMemo, useRef, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { keysOn, switchKeys } from "../shared/keys.mjs";
import { get } from "../shared/sign_in.mjs";
import { Name, Said } from "../shared/text.mjs";
import { moment, t } from "../shared/words.mjs";
import { stateOf } from "./order.mjs";
import { act } from "./taps.mjs";

const OFFERED = 40;

/** A window that takes the keys until it is closed, and gives the focus back. */
export function Window({ name, title, close, children }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    return () => before?.focus?.();
  }, []);
  return html`<dialog class=${name} ref=${box} aria-labelledby="window-title" onClose=${close} onClick=${(event) => event.target === box.current && close()}>
    <h2 id="window-title">${title}</h2>
    ${children}
  </dialog>`;
}

export function Keys({ desk, groups }) {
  const close = () => desk.set({ dialog: null });
  return html`<${Window} name="keys" title=${t("keys")} close=${close}>
    <div class="keys-groups">
      ${groups.map(
        ([words, keys]) => html`<section><h3 class="part-title">${t(words)}</h3><dl>
          ${keys.map(([pressed, does]) => html`<div><dt>${pressed.split(" ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(does)}</dd></div>`)}
        </dl></section>`,
      )}
    </div>
    <div class="keys-end">
      <label class="pick keys-switch"><input type="checkbox" checked=${keysOn()} onChange=${() => (switchKeys(), desk.draw())} /><span>${t("keys_on")}<span class="small soft">${t("keys_on_why")}</span></span></label>
      <button type="button" class="main" autofocus onClick=${close}>${t("close")}</button>
    </div>
  <//>`;
}

/** Merging: this question is the same as the one that is chosen. One tap does it, and undo parts them again. */
export function Merge({ desk, question }) {
  const close = () => desk.set({ dialog: null });
  const merge = (into) => {
    close();
    const back = (answer) => ({ action: "split", question: into.id, values: { askers: moved(answer) } });
    act(desk, "merge", { question: question.id, values: { into: into.id }, back }).then((done) => done && desk.select(into.id));
  };
  return html`<${Window} name="picker" title=${t("merge_title")} close=${close}>
    <p class="picker-about"><${Said} text=${question.text} limit="200" /></p>
    <${Choose} desk=${desk} beside=${question} choose=${merge} />
    <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button></div>
  <//>`;
}

/** The asker lines that went over, to be parted again. */
const moved = (answer) => answer.happened.find((each) => each.kind === "merge")?.askers ?? [];

/** Correcting what a line answers: any number of questions, or none. */
export function Relink({ desk, line }) {
  const close = () => desk.set({ dialog: null });
  const before = useMemo(() => answered(desk, line.id), []);
  const [chosen, setChosen] = useState(() => new Set(before.keys()));
  const [busy, setBusy] = useState(false);
  const toggle = (question) => {
    const next = new Set(chosen);
    if (!next.delete(question.id)) next.add(question.id);
    setChosen(next);
  };
  const save = async () => {
    setBusy(true);
    const answers = await reached(chosen, before, line);
    setBusy(false);
    if (!answers) return desk.toast(t("given_back"), { kind: "error" });
    close();
    const back = () => ({ action: "relink", message: line.id, values: { answers: [...before.values()].flat() } });
    act(desk, "relink", { message: line.id, values: { answers }, back });
  };
  const same = chosen.size === before.size && [...chosen].every((id) => before.has(id));
  return html`<${Window} name="picker" title=${t("relink_title")} close=${close}>
    <p class="picker-about">${line.name ? html`<${Name} name=${line.name} /> ` : html`<b>${t("host")}</b> `}<${Said} text=${line.text} limit="200" /></p>
    <${Choose} desk=${desk} chosen=${chosen} first=${before} choose=${toggle} />
    <div class="buttons">
      <button type="button" class="main" disabled=${same || busy} onClick=${save}><${Icon} name="link-2" />${chosen.size ? t("relink_go", { n: chosen.size }) : t("relink_none")}</button>
      <button type="button" onClick=${close}>${t("cancel")}</button>
    </div>
  <//>`;
}

/** What a line answers now: question -> asker lines. */
function answered(desk, message) {
  const found = new Map();
  for (const question of desk.link.section("questions").values()) {
    const answer = question.answers.find((each) => each.message === message);
    if (answer?.lines.length) found.set(question.id, answer.lines);
  }
  return found;
}

/** The asker lines of the chosen questions: those that it answered already, else all that were there when it was said. */
async function reached(chosen, before, line) {
  const lines = [];
  try {
    for (const id of chosen) {
      const whole = before.has(id) ? null : await get(`/api/questions/${encodeURIComponent(id)}`);
      if (whole && !whole.question) continue; // it was merged or split in the meantime
      const askers = whole?.question.askers.filter((asker) => asker.time <= line.time) ?? [];
      lines.push(...(whole ? (askers.length ? askers : whole.question.askers).map((asker) => asker.line) : before.get(id)));
    }
  } catch {
    return null;
  }
  return lines.slice(0, 200);
}

/** The questions to choose from, those most alike first, and a field that finds others. */
function Choose({ desk, beside = null, chosen = null, first = new Map(), choose }) {
  const [query, setQuery] = useState("");
  const list = useRef(null);
  const version = desk.link.version("questions");
  const found = useMemo(() => alike(desk, beside, first, query), [version, query]);
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...list.current.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    (at + step < 0 ? list.current.previousElementSibling.querySelector("input") : all[Math.min(all.length - 1, at + step)])?.focus();
  };
  return html`<div class="choose" onKeyDown=${walk}>
    <label class="find"><${Icon} name="search" size="16" /><span class="unseen">${t("find")}</span>
      <input type="search" autofocus placeholder=${t("find")} maxlength="100" value=${query} onInput=${(event) => setQuery(event.target.value)} /></label>
    <ul class="choices" ref=${list}>
      ${found.map((question) => html`<li key=${question.id}><${Choice} desk=${desk} question=${question} chosen=${chosen} choose=${choose} /></li>`)}
    </ul>
    ${!found.length && html`<p class="soft choices-none">${t("nothing_found")}</p>`}
  </div>`;
}

function Choice({ desk, question, chosen, choose }) {
  const state = stateOf(question, desk.link.now(), desk.missedAfter);
  return html`<button type="button" class="choice" aria-pressed=${chosen ? chosen.has(question.id) : undefined} onClick=${() => choose(question)}>
    ${chosen ? html`<span class="tick" aria-hidden="true">${chosen.has(question.id) && html`<${Icon} name="check" size="16" />`}</span>` : html`<${Mark} state=${state} />`}
    <span class="choice-text"><${Said} text=${question.text} limit="140" />
      <span class="small soft">${t(state)} · ${t("people", { n: question.people })} · ${moment(question.asked)}</span></span>
  </button>`;
}

function alike(desk, beside, first, query) {
  const words = query.trim().toLowerCase();
  const likeness = (question) =>
    (first.has(question.id) ? 8 : 0) +
    (beside && question.topics.some((topic) => beside.topics.includes(topic)) ? 4 : 0) +
    (beside && question.faq[0] && question.faq[0][0] === beside.faq[0]?.[0] ? 4 : 0) +
    (question.state === "open" ? 2 : 0) +
    (beside && question.product === beside.product ? 1 : 0);
  return [...desk.link.section("questions").values()]
    .filter((question) => question.id !== beside?.id && (!words || question.text.toLowerCase().includes(words)))
    .map((question) => [likeness(question), question])
    .sort((a, b) => b[0] - a[0] || b[1].asked - a[1].asked)
    .slice(0, OFFERED)
    .map(([, question]) => question);
}
