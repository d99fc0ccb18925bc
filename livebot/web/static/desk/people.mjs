// People: who wants a person, this show's helpers and thanking them; and one viewer's card, which opens from a name.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../shared/html.mjs";
import { Icon } from "../shared/icons.mjs";
import { get } from "../shared/sign_in.mjs";
import { Name, Said } from "../shared/text.mjs";
import { moment, sentence, t } from "../shared/words.mjs";
import { Window } from "./dialogs.mjs";
import { Planned } from "./preview.mjs";
import { act, markOf } from "./taps.mjs";

const LINES_SHOWN = 5;
const OFFERED = 40;
const HELPERS_AGAIN = 10000;

/** A viewer's name; a tap opens what is known of them. */
export function Person({ desk, author, name, limit = 16 }) {
  if (!author || author.endsWith(":deleted")) return html`<${Name} name=${name} limit=${limit} />`;
  return html`<button type="button" class="plain person" title=${t("person")} aria-haspopup="dialog" onClick=${() => openPerson(desk, author, name)}><${Name} name=${name} limit=${limit} /></button>`;
}

/** Open the card of a viewer. */
export const openPerson = (desk, author, name) => desk.set({ dialog: { what: "viewer", author, name } });

/** Whom `v` means: who gave the answer that can be carried further, else who asked first of those that wait. */
export function personOf(question, answer) {
  const one = answer ?? question.askers.find((asker) => asker.state === "waiting") ?? question.askers[0];
  return one?.author && !one.author.endsWith(":deleted") ? one : null;
}

/** Ask livebot for something that a part of the page shows: undefined until it is there, null where it is not. */
function useAnswer(path, again, every = 0) {
  const [answer, setAnswer] = useState(undefined);
  useEffect(() => {
    const leave = new AbortController();
    const ask = async () => {
      try {
        const got = await get(path, leave.signal);
        setAnswer(got.status === 200 ? got : null);
      } catch {
        // left, or the network is away: what was there stays
      }
    };
    ask();
    const timer = every && setInterval(ask, every);
    return () => (clearInterval(timer), leave.abort());
  }, [path, again]);
  return answer;
}

// the side: hand-offs, helpers

/** How many people wait for somebody to call them back. */
export const handoffsOpen = (desk) => [...desk.link.section("handoffs").values()].filter((each) => !each.done).length;

export function People({ desk }) {
  return html`<div class="people">
    <${Handoffs} desk=${desk} />
    <${Helpers} desk=${desk} />
  </div>`;
}

function Handoffs({ desk }) {
  const all = [...desk.link.section("handoffs").values()].sort((a, b) => Boolean(a.done) - Boolean(b.done) || a.time - b.time);
  return html`<section class="part" aria-labelledby="handoffs-title">
    <h3 id="handoffs-title" class="part-title">${t("handoffs")}</h3>
    ${!all.length && html`<p class="small soft">${t("handoffs_none")}</p>`}
    <ul class="cards">${all.map((each) => html`<${Handoff} key=${each.line} desk=${desk} handoff=${each} />`)}</ul>
  </section>`;
}

function Handoff({ desk, handoff }) {
  const [text, setText] = useState(null); // null: the form is closed
  const field = useRef(null);
  const writing = text !== null;
  useLayoutEffect(() => field.current?.focus(), [writing]);
  const busy = desk.busy.has(markOf("followed_up", "", handoff.line));
  const keep = async () => (await act(desk, "followed_up", { message: handoff.line, values: text.trim() ? { text: text.trim() } : {} })) && setText(null);
  return html`<li class=${`card handoff ${handoff.done ? "handoff-done" : ""}`}>
    <p class="card-facts"><${Person} desk=${desk} author=${handoff.author} name=${handoff.name} /><span class="soft small">${handoff.channel} · ${moment(handoff.time)}</span></p>
    <p class="card-text"><${Said} text=${handoff.text} limit="300" /></p>
    <p class="small soft">${handoff.told ? html`${t("handoff_told")} <${Said} text=${handoff.told} limit="160" />` : t("handoff_untold")}</p>
    ${handoff.done && html`<p class="card-state is-answered"><${Icon} name="check" size="16" /><b>${t("handoff_done")}</b> <${Said} text=${handoff.done} limit="200" /></p>`}
    ${!handoff.done && !writing && html`<div class="buttons"><button type="button" onClick=${() => setText("")}><${Icon} name="check" />${t("handoff_go")}</button></div>`}
    ${writing && !handoff.done &&
    html`<form class="note-form" onSubmit=${(event) => (event.preventDefault(), keep())}>
      <label><span class="unseen">${t("handoff_note")}</span><input ref=${field} maxlength="200" placeholder=${t("handoff_note")} value=${text} onInput=${(event) => setText(event.target.value)}
        onKeyDown=${(event) => event.key === "Escape" && (event.stopPropagation(), setText(null))} /></label>
      <button class="main" disabled=${busy}>${t("handoff_keep")}</button>
      <button type="button" onClick=${() => setText(null)}>${t("cancel")}</button>
    </form>`}
  </li>`;
}

function Helpers({ desk }) {
  const [asking, setAsking] = useState(false);
  const found = useAnswer("/api/helpers", asking, HELPERS_AGAIN);
  const thank = async () => (await act(desk, "thank_all")) && setAsking(false);
  const posts = found?.posts ?? [];
  return html`<section class="part" aria-labelledby="helpers-title">
    <h3 id="helpers-title" class="part-title">${t("helpers")}</h3>
    ${found && !found.helpers.length && html`<p class="small soft">${t("helpers_none")}</p>`}
    <ol class="helpers">${found?.helpers.map((each) => html`<li key=${each.author}><${Person} desk=${desk} author=${each.author} name=${each.name} />${each.quiet && html`<span class="small soft"> ${t("quiet")}</span>`}</li>`)}</ol>
    ${posts.length > 0 && !asking && html`<div class="buttons"><button type="button" onClick=${() => setAsking(true)}><${Icon} name="megaphone" />${t("thank_all")}</button></div>`}
    ${posts.length > 0 && asking &&
    html`<${Planned} desk=${desk} posts=${posts} />
      <div class="buttons">
        <button type="button" class="main" disabled=${desk.busy.has(markOf("thank_all")) || !posts.some((post) => post.can_send)} onClick=${thank}><${Icon} name="send" />${t("thank_all_go")}</button>
        <button type="button" onClick=${() => setAsking(false)}>${t("cancel")}</button>
      </div>`}
  </section>`;
}

// one viewer

const asBefore = (author) => () => ({ action: "as_before", values: { viewer: author } });
const UNDONE = { quiet: asBefore, link: asBefore }; // forgetting is for good

export function Viewer({ desk, author, name }) {
  const [doing, setDoing] = useState(null); // null | quiet | link | forget: what is asked before it is done
  const viewer = useAnswer(`/api/viewers?author=${encodeURIComponent(author)}`, author);
  const close = () => desk.set({ dialog: null });
  // closed, so that the undo that is offered can be reached
  const go = async (action, values) => (await act(desk, action, { values: { viewer: author, ...values }, back: UNDONE[action]?.(author) })) && close();
  return html`<${Window} name="picker viewer" title=${html`<${Name} name=${viewer?.name ?? name} limit="24" />`} close=${close}>
    ${viewer === null && html`<p class="soft">${t("person_gone")}</p>`}
    ${viewer === undefined && html`<p class="soft">${t("person_loading")}</p>`}
    ${viewer && !doing && html`<${About} desk=${desk} viewer=${viewer} />`}
    ${viewer && doing === "link" && html`<${Link} desk=${desk} viewer=${viewer} go=${go} leave=${() => setDoing(null)} />`}
    ${viewer && (doing === "quiet" || doing === "forget") && html`<${Sure} desk=${desk} viewer=${viewer} what=${doing} go=${() => go(doing)} leave=${() => setDoing(null)} />`}
    ${!doing &&
    html`<div class="buttons viewer-actions">
      ${viewer &&
      html`<button type="button" disabled=${viewer.quiet} onClick=${() => setDoing("quiet")}><${Icon} name="minus" />${t("act_quiet")}</button>
        <button type="button" onClick=${() => setDoing("link")}><${Icon} name="link-2" />${t("act_link")}</button>
        <button type="button" class="danger" onClick=${() => setDoing("forget")}><${Icon} name="x" />${t("act_forget")}</button>`}
      <button type="button" class="main" onClick=${close}>${t("close")}</button>
    </div>`}
  <//>`;
}

function About({ desk, viewer }) {
  const accounts = new Set([viewer.author, ...viewer.accounts.map((account) => account.author)]);
  const lines = useMemo(
    () => [...desk.link.section("lines").values()].filter((line) => accounts.has(line.author)).slice(-LINES_SHOWN).reverse(),
    [desk.link.version("lines"), viewer],
  );
  return html`
    <p class="card-facts">
      ${viewer.regular && html`<span class="chip regular"><${Icon} name="star" size="13" />${t("regular")}</span>`}
      ${viewer.quiet && html`<span class="chip soft">${t("quiet")}</span>`}
      <span class="soft">${platform(viewer.author)} · ${t("viewer_lines", { n: viewer.lines })}</span>
    </p>
    <p class="small soft viewer-trust">${sentence(viewer.trust)}</p>
    ${viewer.accounts.length > 0 &&
    html`<p class="small">${t("viewer_accounts")} ${viewer.accounts.map((account, i) => html`${i > 0 && ", "}<b>${platform(account.author)}</b> <${Said} text=${account.name} limit="20" />`)}</p>`}
    <h3 class="part-title">${t("viewer_said")}</h3>
    ${!lines.length && html`<p class="small soft">${t("viewer_silent")}</p>`}
    <ul class="lines">${lines.map((line) => html`<li key=${line.id}><span class="lines-time small soft">${moment(line.time)}</span><span class="lines-text"><${Said} text=${line.text} limit="200" /></span></li>`)}</ul>
  `;
}

const platform = (author) => author.split(":")[0];

/** What is done for good is asked about, in words that say what it does. */
function Sure({ desk, viewer, what, go, leave }) {
  const box = useRef(null);
  useLayoutEffect(() => box.current.querySelector("button").focus(), []);
  return html`<div class="viewer-sure" ref=${box} role="group" aria-labelledby="sure-title">
    <p id="sure-title"><b>${t(`${what}_question`)}</b><br />${t(`${what}_does`)}</p>
    <div class="buttons">
      <button type="button" onClick=${leave}>${t("cancel")}</button>
      <button type="button" class=${what === "forget" ? "danger main" : "main"} disabled=${desk.busy.has(markOf(what))} onClick=${go}>${t(`${what}_yes`)}</button>
    </div>
  </div>`;
}

/** Choosing which other account is the same person's; chosen first, then done. */
function Link({ desk, viewer, go, leave }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(null);
  const people = useMemo(() => others(desk, viewer, query), [query, desk.link.version("lines")]);
  return html`<div class="choose">
    <p><b>${t("link_question")}</b><br /><span class="soft small">${t("link_does")}</span></p>
    <label class="find"><${Icon} name="search" size="16" /><span class="unseen">${t("find_person")}</span>
      <input type="search" autofocus ref=${(input) => input && !input.dataset.seen && ((input.dataset.seen = "1"), input.focus())} placeholder=${t("find_person")} maxlength="100" value=${query} onInput=${(event) => setQuery(event.target.value)} /></label>
    <ul class="choices">
      ${people.map(
        (one) => html`<li key=${one.author}><button type="button" class="choice" aria-pressed=${chosen === one.author} onClick=${() => setChosen(one.author)}>
          <span class="tick" aria-hidden="true">${chosen === one.author && html`<${Icon} name="check" size="16" />`}</span>
          <span class="choice-text"><${Name} name=${one.name} limit="24" /><span class="small soft">${platform(one.author)}</span></span>
        </button></li>`,
      )}
    </ul>
    ${!people.length && html`<p class="soft choices-none">${t("nobody_found")}</p>`}
    <div class="buttons">
      <button type="button" class="main" disabled=${!chosen || desk.busy.has(markOf("link"))} onClick=${() => go("link", { to: chosen })}><${Icon} name="link-2" />${t("link_yes")}</button>
      <button type="button" onClick=${leave}>${t("cancel")}</button>
    </div>
  </div>`;
}

/** The viewers whom the desk has seen, those of other platforms and of a like name first. */
function others(desk, viewer, query) {
  const words = query.trim().toLowerCase();
  const mine = new Set([viewer.author, ...viewer.accounts.map((account) => account.author)]);
  const seen = new Map();
  for (const line of desk.link.section("lines").values()) if (!line.roles.includes("bot")) seen.set(line.author, line.name);
  for (const question of desk.link.section("questions").values()) {
    for (const one of [...question.askers, ...question.answers.filter((answer) => answer.side === "viewer")]) seen.set(one.author, one.name);
  }
  const likeness = ([author, name]) => (name.toLowerCase() === viewer.name.toLowerCase() ? 2 : 0) + (platform(author) !== platform(viewer.author) ? 1 : 0);
  return [...seen]
    .filter(([author, name]) => author && name && !author.endsWith(":deleted") && !mine.has(author) && (!words || name.toLowerCase().includes(words)))
    .sort((a, b) => likeness(b) - likeness(a))
    .slice(0, OFFERED)
    .map(([author, name]) => ({ author, name }));
}
