// The right pane: product on air, channels, and beside them chat, paste box or the controls.
import { html, useLayoutEffect, useRef, useState } from "../shared/html.mjs";
import { Icon, Mark } from "../shared/icons.mjs";
import { Name, Said } from "../shared/text.mjs";
import { moment, percent, span, t } from "../shared/words.mjs";
import { change, chosen, paste, setProduct } from "./taps.mjs";

const SIDES = [
  ["chat", "message-square"],
  ["paste", "clipboard-paste"],
  ["controls", "sliders-horizontal"],
];
const STEPS = ["suggest", "boost", "post_faq", "nudge", "board", "escalate", "thank", "reply"];
const MODES = ["auto", "approve", "off"];
const CHAT_SHOWN = 120;

export function Around({ desk }) {
  return html`<section class="around pane" aria-labelledby="around-title">
    <h2 id="around-title" class="unseen">${t("around")}</h2>
    <${OnAir} desk=${desk} />
    <${Channels} desk=${desk} />
    <div class="tabs" role="tablist" aria-label=${t("around")}>
      ${SIDES.map(
        ([side, icon]) => html`<button type="button" class="tab" role="tab" id=${`tab-${side}`} aria-selected=${desk.side === side}
          aria-controls="side" onClick=${() => desk.set({ side })}><${Icon} name=${icon} size="16" />${t(side)}</button>`,
      )}
    </div>
    <div class="side" id="side" role="tabpanel" aria-labelledby=${`tab-${desk.side}`}>
      ${desk.side === "chat" && html`<${Chat} desk=${desk} />`}
      ${desk.side === "paste" && html`<${Paste} desk=${desk} />`}
      ${desk.side === "controls" && html`<${Controls} desk=${desk} />`}
    </div>
  </section>`;
}

function OnAir({ desk }) {
  const show = desk.link.section("show");
  const products = show.get("products") ?? {};
  const now = chosen(desk, "product", show.get("on_air") ?? "");
  const since = desk.link.now() - (show.get("on_air_since") ?? 0);
  return html`<div class="on-air">
    <label class="small soft" for="product">${t("product_on_air")}${now && html` · ${t("since", { time: span(since) })}`}</label>
    <span class="select">
      <select id="product" value=${now} onChange=${(event) => setProduct(desk, event.target.value, products[event.target.value])}>
        ${!now && html`<option value="">${t("choose_product")}</option>`}
        ${Object.entries(products).map(([key, name]) => html`<option key=${key} value=${key}>${name}</option>`)}
      </select>
      <${Icon} name="chevron-down" />
    </span>
  </div>`;
}

function Channels({ desk }) {
  const { link } = desk;
  const posts = (link.section("show").get("posts") ?? []).filter((at) => at > link.now() - 60).length;
  const limit = link.section("settings").get("limits")?.posts_per_minute;
  return html`<div class="channels">
    <p class="small soft">${t("channels")}${limit !== undefined && html` · ${t("budget", { n: posts, limit })}`}</p>
    <ul>
      ${[...link.section("channels").values()].map((channel) => html`<${Channel} key=${channel.name} channel=${channel} />`)}
    </ul>
  </div>`;
}

const CHANNEL_MARK = { joined: "answered", connecting: "open", reconnecting: "late", stopped: "dismissed", ended: "dismissed" };

function Channel({ channel }) {
  const mark = CHANNEL_MARK[channel.state];
  const facts = [
    t(`channel_${channel.state}`),
    channel.missed > 0 && t("channel_missed", { time: span(channel.missed) }),
    !channel.can_send && t("channel_read_only"),
    channel.queued > 0 && t("channel_queued", { n: channel.queued }),
  ].filter(Boolean);
  return html`<li title=${channel.detail || undefined}>
    <${Mark} state=${mark} size="16" /><b>${channel.name}</b><span class=${`small ${mark === "late" ? "is-late" : "soft"}`}>${facts.join(" · ")}</span>
  </li>`;
}

// chat

function Chat({ desk }) {
  const box = useRef(null);
  const [follow, setFollow] = useState(true);
  const lines = [...desk.link.section("lines").values()].slice(-CHAT_SHOWN);
  useLayoutEffect(() => {
    if (follow) box.current.scrollTop = box.current.scrollHeight;
  });
  const watch = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    setFollow(scrollHeight - scrollTop - clientHeight < 48);
  };
  if (!lines.length) return html`<div class="empty"><p class="soft" ref=${box}>${t("chat_empty")}</p></div>`;
  return html`
    <ol class="chat" ref=${box} onScroll=${watch} tabindex="0" aria-label=${t("chat")}>
      ${lines.map((line) => html`<${ChatLine} key=${line.id} desk=${desk} line=${line} />`)}
    </ol>
    ${!follow && html`<button type="button" class="fresh" onClick=${() => setFollow(true)}>${t("chat_latest")}</button>`}
  `;
}

const LINE_MARK = { question: ["open", "is_question"], answer: ["answered", "is_answer"], thanks: ["answered", "is_thanks"] };

function ChatLine({ desk, line }) {
  const voice = line.channel === "voice";
  const question = line.question && desk.link.section("questions").has(line.question) ? line.question : null;
  const marked = LINE_MARK[line.kind];
  return html`<li class=${`chat-line ${voice ? "voice" : ""} ${line.kind}`}>
    <span class="lines-time small soft">${moment(line.time)}</span>
    <p>
      ${voice
        ? html`<span class="name voice-name"><${Icon} name="mic" size="14" />${t("host_voice")}</span>`
        : html`<${Name} name=${line.name} />`}
      ${line.roles.includes("host") && !voice && html`<span class="chip small">${t("host")}</span>`}
      <${Said} text=${line.text} limit="500" />
      ${marked && !(question && line.kind === "question") && html`<span class=${`tag is-${marked[0]}`}>${t(marked[1])}</span>`}
      ${question &&
      line.kind === "question" &&
      html`<button type="button" class="tag is-open" onClick=${() => desk.select(question, "question")}>${t("is_question")}</button>`}
    </p>
  </li>`;
}

// paste box

function Paste({ desk }) {
  const [text, setText] = useState("");
  const busy = desk.busy.has("/api/paste");
  const go = async () => text.trim() && (await paste(desk, text)) && setText("");
  const found = desk.pasted?.filter((line) => line.kind === "question");
  return html`<div class="paste">
    <label for="paste"><b>${t("paste_label")}</b></label>
    <textarea id="paste" rows="6" maxlength="40000" value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
    <p class="small soft">${t("paste_hint")}</p>
    <button type="button" class="main" disabled=${busy || !text.trim()} onClick=${go}><${Icon} name="search" />${t("paste_go")}</button>
    ${found &&
    html`<h3 class="part-title" role="status">${found.length ? t("paste_found", { n: found.length }) : t("paste_none")}</h3>
      <ul class="cards">${found.map((line, i) => html`<${PastedLine} key=${i} desk=${desk} line=${line} />`)}</ul>`}
  </div>`;
}

function PastedLine({ desk, line }) {
  const best = line.entries[0];
  return html`<li class="card">
    <p class="card-text"><${Name} name=${line.name} /> <${Said} text=${line.text} /></p>
    ${best
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
                onChange=${() => change(desk, `ladder.mode.${step}`, mode)} /><span>${t(`mode_${mode}`)}</span></label>`,
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
