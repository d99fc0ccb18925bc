// The right pane: product on air, channels, and beside them chat, paste box or the controls.
import { html, useLayoutEffect, useMemo, useRef, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { cut, Name, Said } from "../shared/text.mjs";
import { lang, moment, percent, sentence, span, t } from "../shared/words.mjs";
import { relink } from "./answers.mjs";
import { Course } from "./course.mjs";
import { handoffsOpen, People, Person } from "./people.mjs";
import { change, chosen, paste, setProduct } from "./taps.mjs";

export const SIDES = [
  ["chat", "message-square"],
  ["course", "activity"],
  ["people", "users-round"],
  ["paste", "clipboard-paste"],
  ["controls", "sliders-horizontal"],
];
const STEPS = ["suggest", "boost", "post_faq", "nudge", "board", "escalate", "thank", "reply"];
const MODES = ["auto", "approve", "off"];
const CHAT_SHOWN = 120;
const MOST_PIPS = 12;

export function Around({ desk }) {
  const wanted = handoffsOpen(desk);
  return html`<section class="around pane" aria-labelledby="around-title">
    <h2 id="around-title" class="unseen">${t("around")}</h2>
    <${OnAir} desk=${desk} />
    <${Channels} desk=${desk} />
    <div class="tabs" role="tablist" aria-label=${t("around")} onKeyDown=${(event) => walkTabs(desk, event)}>
      ${SIDES.map(
        ([side, icon]) => html`<button type="button" class="tab" role="tab" id=${`tab-${side}`} aria-selected=${desk.side === side}
          tabindex=${desk.side === side ? 0 : -1} aria-controls="side" onClick=${() => desk.set({ side })}><${Icon} name=${icon} size="16" /><span>${t(side === "people" ? "people_side" : side)}</span>
          ${side === "people" && wanted > 0 && html`<span class="count is-late">${wanted}<span class="unseen"> ${t("handoffs")}</span></span>`}</button>`,
      )}
    </div>
    <div class="side" id="side" role="tabpanel" aria-labelledby=${`tab-${desk.side}`}>
      ${desk.side === "chat" && html`<${Chat} desk=${desk} />`}
      ${desk.side === "course" && html`<${Course} desk=${desk} />`}
      ${desk.side === "people" && html`<${People} desk=${desk} />`}
      ${desk.side === "paste" && html`<${Paste} desk=${desk} />`}
      ${desk.side === "controls" && html`<${Controls} desk=${desk} />`}
    </div>
  </section>`;
}

function walkTabs(desk, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const at = SIDES.findIndex(([side]) => side === desk.side);
  const [side] = SIDES[(at + step + SIDES.length) % SIDES.length];
  desk.set({ side });
  document.getElementById(`tab-${side}`)?.focus();
}

// product on air, rundown

// "obs_scene: 세럼 화면" -> what showed the product, in words.
function shownBy(why) {
  const [code, ...said] = why.split(": ");
  return `${t(`shown_by_${code}`)}: ${said.join(": ")}`;
}

function OnAir({ desk }) {
  const show = desk.link.section("show");
  const products = show.get("products") ?? {};
  const now = chosen(desk, "product", show.get("on_air") ?? "");
  const since = desk.link.now() - (show.get("on_air_since") ?? 0);
  const order = [...new Set([...(show.get("rundown") ?? []), ...Object.keys(products)])];
  const next = order[order.indexOf(now) + 1];
  const present = (key) => setProduct(desk, key, products[key], now);
  return html`<div class="on-air">
    <div class="on-air-head">
      <p class="small soft">${t("on_air")}${now && html` · ${since < 5 ? t("since_now") : t("since", { time: span(since) })}`}</p>
      <button type="button" class="plain rundown-button" aria-expanded=${desk.rundown} aria-controls="rundown" disabled=${!order.length}
        onClick=${() => desk.set({ rundown: !desk.rundown })}><${Icon} name="list-ordered" size="16" />${t("rundown")}</button>
    </div>
    <p class="on-air-name">${now ? html`<${Said} text=${products[now] ?? now} limit="60" />` : html`<span class="soft">${t("nothing_on_air")}</span>`}</p>
    ${now && show.get("on_air_why") && html`<p class="small soft on-air-why"><${Said} text=${shownBy(show.get("on_air_why"))} limit="80" /></p>`}
    ${next && !desk.rundown && html`<button type="button" class="next" onClick=${() => present(next)}>
      <span class="soft">${t("next_product")}</span><span class="next-name"><${Said} text=${products[next] ?? next} limit="40" /></span><${Icon} name="arrow-right" size="16" /></button>`}
    ${desk.rundown && html`<${Rundown} desk=${desk} order=${order} now=${now} present=${present} />`}
  </div>`;
}

function Rundown({ desk, order, now, present }) {
  const products = desk.link.section("show").get("products") ?? {};
  const waiting = new Map();
  for (const question of desk.link.section("questions").values()) {
    if (question.state === "open") waiting.set(question.product, (waiting.get(question.product) ?? 0) + 1);
  }
  return html`<ol class="rundown" id="rundown" aria-label=${t("rundown")}>
    ${order.map(
      (key, i) => html`<li key=${key}><button type="button" class="plain" aria-pressed=${key === now} onClick=${() => key !== now && present(key)}>
        <span class="rundown-place soft">${i + 1}</span><span class="rundown-name"><${Said} text=${products[key] ?? key} limit="60" /></span>
        ${key === now && html`<span class="is-answered small"><b>${t("on_air")}</b></span>`}
        ${waiting.has(key) && html`<span class="small is-open">${t("questions_wait", { n: waiting.get(key) })}</span>`}
      </button></li>`,
    )}
  </ol>`;
}

// channels

function Channels({ desk }) {
  return html`<div class="channels">
    <${Budget} desk=${desk} />
    <ul aria-label=${t("channels")}>
      ${[...desk.link.section("channels").values()].map((channel) => html`<${Channel} key=${channel.name} channel=${channel} />`)}
    </ul>
  </div>`;
}

/** How many posts of this minute are left, and when there is one again. */
function Budget({ desk }) {
  const { link } = desk;
  const limit = link.section("settings").get("limits")?.posts_per_minute;
  if (limit === undefined) return null;
  const now = link.now();
  const posts = (link.section("show").get("posts") ?? []).filter((at) => at > now - 60);
  const left = Math.max(0, limit - posts.length);
  const free = limit > 0 && !left ? posts[posts.length - limit] + 60 - now : 0;
  const words = limit === 0 ? t("budget_none") : left ? t("budget_left", { n: left, limit }) : t("budget_wait", { time: span(Math.max(1, free)) });
  return html`<p class="budget small">
    ${limit > 0 && limit <= MOST_PIPS && html`<span class="pips" aria-hidden="true">${Array.from({ length: limit }, (_, i) => html`<i class=${i < left ? "pip" : "pip used"}></i>`)}</span>`}
    <span class=${left ? "soft" : "is-open"}>${words}</span>
  </p>`;
}

const CHANNEL_MARK = { joined: "answered", connecting: "open", reconnecting: "late", stopped: "late", ended: "dismissed" };

function Channel({ channel }) {
  const mark = CHANNEL_MARK[channel.state];
  const joined = channel.state === "joined";
  const told = sentence(channel.why);
  // A person must act on what stopped, and watch a quota: there the platform's own words say what and how much.
  const exact = told && (joined || channel.state === "stopped") ? channel.detail : "";
  const why = told ? [told, exact].filter(Boolean).join(": ") : joined ? "" : channel.detail;
  const missed = channel.missed > 0 && t("channel_missed", { time: span(channel.missed) });
  const writes = channel.can_send ? (channel.account ? t("channel_writes_as", { name: channel.account }) : t("channel_writes")) : t("channel_read_only");
  const facts = [writes, channel.queued > 0 && t("channel_queued", { n: channel.queued }), joined && missed];
  return html`<li>
    <p class="channel-head"><${Mark} state=${mark} size="16" /><b>${channel.name}</b>${joined && html`<span class="small soft">${t("channel_joined")}</span>`}</p>
    ${!joined && html`<p class=${`small channel-why ${mark === "late" ? "is-late" : "soft"}`}>${[t(`channel_${channel.state}`), missed].filter(Boolean).join(" · ")}</p>`}
    ${why && html`<p class="small channel-why"><${Said} text=${why} limit="200" /></p>`}
    ${(joined || channel.queued > 0) && html`<p class="small soft channel-why">${facts.filter(Boolean).join(" · ")}</p>`}
  </li>`;
}

// chat

function Chat({ desk }) {
  const box = useRef(null);
  const [follow, setFollow] = useState(true);
  const lines = [...desk.link.section("lines").values()].slice(-CHAT_SHOWN);
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const watch = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    setFollow(scrollHeight - scrollTop - clientHeight < 48);
  };
  if (!lines.length) return html`<div class="empty"><p class="soft">${t("chat_empty")}</p></div>`;
  return html`
    <ol class="chat" ref=${box} onScroll=${watch} tabindex="0" aria-label=${t("chat")}>
      ${lines.map((line) => html`<${ChatLine} key=${line.id} desk=${desk} line=${line} />`)}
    </ol>
    ${!follow && html`<button type="button" class="fresh" onClick=${() => setFollow(true)}>${t("chat_latest")}</button>`}
  `;
}

const LINE_MARK = { question: ["open", "is_question"], answer: ["answered", "is_answer"], thanks: ["answered", "is_thanks"] };

function ChatLine({ desk, line }) {
  const question = line.kind === "question" && line.question && desk.link.section("questions").has(line.question) ? line.question : null;
  const chosen = question !== null && question === desk.selected;
  // four hundred lines a second: one that has not changed is not made anew
  return useMemo(() => chatLine(desk, line, question, chosen), [line, question, chosen, lang()]);
}

function chatLine(desk, line, question, chosen) {
  const voice = line.channel === "voice";
  const bot = line.roles.includes("bot");
  return html`<li class=${`chat-line ${voice ? "voice" : ""} ${line.kind} ${chosen ? "chosen" : ""}`}>
    <span class="lines-time small soft">${moment(line.time)}</span>
    <p>
      ${voice
        ? html`<span class="name voice-name"><${Icon} name="mic" size="14" />${t("host_voice")}</span>`
        : html`<${Person} desk=${desk} author=${bot ? "" : line.author} name=${line.name} />`}
      ${line.roles.includes("host") && !voice && html`<span class="chip small">${t("host")}</span>`}
      <${Said} text=${line.text} limit="500" />
      <${Tag} desk=${desk} line=${line} question=${question} />
      ${!question && !bot && html`<button type="button" class="plain link-line" aria-label=${t("relink_line", { name: voice ? t("host") : cut(line.name, 20) })} title=${t("relink")}
        onClick=${() => relink(desk, { message: line.id, name: line.name, text: line.text, time: line.time })}><${Icon} name="link-2" size="14" /></button>`}
    </p>
  </li>`;
}

/** What a line was taken for; tapping a question opens it, tapping an answer opens what it answers. */
function Tag({ desk, line, question }) {
  const marked = LINE_MARK[line.kind];
  if (!marked) return null;
  const words = t(marked[1]);
  if (!question && (line.kind !== "answer" || !line.answers.length)) return html`<span class=${`tag is-${marked[0]}`}>${words}</span>`;
  const open = () => {
    const found = question ?? line.answers.map((asked) => desk.asked(asked)).find(Boolean);
    if (found) desk.select(found, "question");
  };
  return html`<button type="button" class=${`tag is-${marked[0]}`} onClick=${open}>${words}</button>`;
}

// paste box

function Paste({ desk }) {
  const [text, setText] = useState("");
  const busy = desk.busy.has("/api/paste");
  const go = async () => text.trim() && (await paste(desk, text)) && setText("");
  const found = desk.pasted && asked(desk.pasted);
  return html`<div class="paste">
    <label for="paste"><b>${t("paste_label")}</b></label>
    <textarea id="paste" rows="6" maxlength="40000" value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
    <p class="small soft">${t("paste_hint")}</p>
    <button type="button" class="main" disabled=${busy || !text.trim()} onClick=${go}><${Icon} name="search" />${t("paste_go")}</button>
    <div role="status">${found && html`<h3 class="part-title">${t(found.length ? "paste_found" : "paste_none", { n: found.length, lines: desk.pasted.length })}</h3>`}</div>
    ${found && html`<ul class="cards">${found.map((lines, i) => html`<${Pasted} key=${i} desk=${desk} lines=${lines} />`)}</ul>`}
  </div>`;
}

/** The pasted lines that ask something, put together where they ask the same: as many as there are questions in the queue. */
function asked(lines) {
  const found = new Map();
  for (const line of lines) if (line.kind === "question") found.set(line.question ?? line, [...(found.get(line.question ?? line) ?? []), line]);
  return [...found.values()];
}

function Pasted({ desk, lines }) {
  const [line] = lines;
  const best = line.entries[0];
  return html`<li class="card">
    ${lines.map((each) => html`<p class="card-text"><${Name} name=${each.name} /> <${Said} text=${each.text} /></p>`)}
    ${best?.score >= desk.suggestFrom
      ? html`<p class="small soft">FAQ ${percent(best.score)}% · <${Said} text=${best.canonical} limit="100" /></p>
          <p><${Said} text=${best.answer} /></p>`
      : html`<p class="small soft">${t("no_faq")}</p>`}
    ${line.question && html`<button type="button" onClick=${() => desk.select(line.question, "question")}>${t("key_open")}</button>`}
  </li>`;
}

// controls

function Controls({ desk }) {
  const modes = desk.link.section("settings").get("ladder")?.mode ?? {};
  return html`<div class="controls">
    <h3 class="part-title">${t("modes")}</h3>
    <dl class="modes">
      ${STEPS.map(
        (step) => html`<div class="mode" key=${step}>
          <dt id=${`step-${step}`}>${t(`step_${step}`)}</dt>
          <dd><div class="segments" role="radiogroup" aria-labelledby=${`step-${step}`}>
            ${MODES.map(
              (mode) => html`<label class="segment"><input type="radio" name=${`mode-${step}`} value=${mode} checked=${chosen(desk, `ladder.mode.${step}`, modes[step]) === mode}
                onChange=${() => change(desk, `ladder.mode.${step}`, mode, modes[step])} /><span>${t(`mode_${mode}`)}</span></label>`,
            )}
          </div></dd>
        </div>`,
      )}
    </dl>
    <label class="me"><span>${t("my_name")}</span>
      <input maxlength="40" autocomplete="nickname" value=${desk.me} onInput=${(event) => desk.setName(event.target.value)} />
    </label>
  </div>`;
}
