// The demand behind a question: how many asked, when and on which channel; and parting askers who meant something else.
import { html, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { Name, Said } from "../shared/text.mjs";
import { moment, t } from "../shared/words.mjs";
import { Person } from "./people.mjs";
import { act } from "./taps.mjs";

const SHOWN = 2;
const BARS = 40;

export function Demand({ desk, question, askers }) {
  const [all, setAll] = useState(false);
  const splitting = desk.splitting?.question === question.id ? desk.splitting : null;
  const newest = [...askers].reverse();
  const shown = all || splitting ? newest : newest.slice(0, SHOWN);
  const several = askers.some((asker) => asker.channel !== askers[0].channel); // one channel is named above
  return html`<section class="part demand" aria-labelledby="askers-title">
    <div class="demand-head">
      <h3 id="askers-title" class="part-title">${t("asked_by", { people: question.people })}</h3>
      <${Channels} askers=${askers} />
    </div>
    ${askers.length > 2 && html`<${Strip} askers=${askers} until=${desk.link.now()} />`}
    ${splitting && html`<p class="hint"><${Icon} name="split" size="16" />${t("split_hint")}</p>`}
    <ul class="lines">
      ${shown.map((asker) => html`<${Asker} key=${asker.line} desk=${desk} asker=${asker} splitting=${splitting} several=${several} />`)}
    </ul>
    ${!splitting && newest.length > SHOWN && html`<button type="button" class="plain" aria-expanded=${all} onClick=${() => setAll(!all)}>
      ${all ? t("fewer") : t("all_askers", { n: newest.length })}</button>`}
    ${splitting && html`<${SplitButtons} desk=${desk} question=${question} askers=${askers} splitting=${splitting} />`}
  </section>`;
}

function Channels({ askers }) {
  const counts = new Map();
  for (const asker of askers) counts.set(asker.channel, (counts.get(asker.channel) ?? 0) + 1);
  return html`<p class="small soft demand-channels">
    ${[...counts].map(([channel, n], i) => html`<span key=${channel}>${i > 0 && " · "}${channel} ${counts.size > 1 && html`<b>${n}</b>`}</span>`)}
  </p>`;
}

/** When they asked, as small bars from the first line until now: those who wait stand out. */
function Strip({ askers, until }) {
  const from = askers[0].time;
  const width = Math.max(1, until - from) / BARS;
  const bars = Array.from({ length: BARS }, () => ({ waiting: 0, others: 0 }));
  for (const asker of askers) bars[Math.min(BARS - 1, Math.max(0, Math.floor((asker.time - from) / width)))][asker.state === "waiting" ? "waiting" : "others"] += 1;
  const most = Math.max(...bars.map((bar) => bar.waiting + bar.others));
  const height = (n) => ({ height: `${n && Math.max(12, (100 * n) / most)}%` });
  return html`<div class="strip">
    <div class="strip-bars" role="img" aria-label=${t("strip", { from: moment(from), until: moment(askers.at(-1).time), n: askers.length })}>
      ${bars.map((bar, i) => html`<span class="strip-bar" key=${i}><i class="strip-waiting" style=${height(bar.waiting)}></i><i class="strip-others" style=${height(bar.others)}></i></span>`)}
    </div>
    <p class="strip-ends small soft" aria-hidden="true"><span>${moment(from)}</span><span>${t("now")}</span></p>
  </div>`;
}

function Asker({ desk, asker, splitting, several }) {
  const state = asker.state === "waiting" ? "open" : asker.state;
  const line = html`
    <${Mark} state=${state} size="16" /><span class="unseen">${t(state)}</span>
    <span class="lines-time small soft">${moment(asker.time)}</span>
    ${splitting ? html`<${Name} name=${asker.name} />` : html`<${Person} desk=${desk} author=${asker.author} name=${asker.name} />`}<span class="lines-text"><${Said} text=${asker.text} limit="300" /></span>
    ${several && html`<span class="small soft lines-channel">${asker.channel}</span>`}`;
  if (!splitting) return html`<li>${line}</li>`;
  return html`<li><label class="pick"><input type="checkbox" checked=${splitting.lines.has(asker.line)} onChange=${() => toggle(desk, splitting, asker.line)} />${line}</label></li>`;
}

function toggle(desk, splitting, line) {
  const lines = new Set(splitting.lines);
  if (!lines.delete(line)) lines.add(line);
  desk.set({ splitting: { ...splitting, lines } });
}

function SplitButtons({ desk, question, askers, splitting }) {
  const out = askers.filter((asker) => splitting.lines.has(asker.line)).map((asker) => asker.line);
  const some = out.length > 0 && out.length < askers.length;
  const rest = askers.find((asker) => !splitting.lines.has(asker.line))?.line; // by which the rest is known from then on
  const split = async () => {
    const back = (answer) => ({ action: "merge", question: answer.happened[0].question, values: { into: rest } });
    if (await act(desk, "split", { question: question.id, values: { askers: out }, back })) desk.select(out[0]);
  };
  return html`<div class="buttons">
    <button type="button" class="main" disabled=${!some} onClick=${split}><${Icon} name="split" />${t("split_go", { n: out.length })}</button>
    <button type="button" onClick=${() => desk.set({ splitting: null })}>${t("cancel")}</button>
  </div>`;
}
