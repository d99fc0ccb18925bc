// What will be sent, where and under whose name; and what became of what was sent.
import { html, useEffect, useState } from "../shared/html.mjs";
import { Icon } from "../shared/icons.mjs";
import { post } from "../shared/sign_in.mjs";
import { Said } from "../shared/text.mjs";
import { has, percent, t } from "../shared/words.mjs";
import { copy } from "./taps.mjs";

/** Ask livebot what a boost or an FAQ post would send; asked again only when that may have changed. */
function usePreview(question, spec) {
  const [posts, setPosts] = useState(null);
  const key = JSON.stringify([spec, question.channels, question.state, question.waiting]);
  useEffect(() => {
    if (!spec) return undefined;
    const leave = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await post("/api/preview", { ...spec, question: question.id }, leave.signal);
        setPosts((answer.posts ?? []).sort((a, b) => b.can_send - a.can_send));
      } catch {
        // left, or the network is away: the former preview stays
      }
    }, posts ? 200 : 0);
    return () => (clearTimeout(timer), leave.abort());
  }, [key]);
  return posts;
}

export function Preview({ desk, question, spec }) {
  const posts = usePreview(question, spec);
  if (!posts) return html`<p class="preview soft small">…</p>`;
  if (!posts.length) return html`<p class="preview soft small">${t("nowhere")}</p>`;
  return html`<${Planned} desk=${desk} posts=${posts} />`;
}

/** Posts as they would go out; where livebot may not write, the text can be copied. */
export function Planned({ desk, posts }) {
  return html`<div class="preview">
    ${posts.map(
      (planned, i) => html`<div class="planned" key=${planned.channel}>
        <p class="planned-head">
          ${planned.can_send
            ? html`<span>${t("will_send")} · <b>${planned.channel}</b>${planned.account && ` · ${t("as_account", { name: planned.account })}`}</span>`
            : html`<span><b>${planned.channel}</b> · ${t("cannot_send")}</span>
                <button type="button" class="plain" onClick=${() => copy(desk, planned.text)}><${Icon} name="copy" size="14" />${t("copy")}</button>`}
        </p>
        ${planned.text !== posts[i - 1]?.text && html`<p class="planned-text"><${Said} text=${planned.text} /></p>`}
      </div>`,
    )}
  </div>`;
}

/** How sure a match is: a bar and a number. */
export function Sure({ share, label }) {
  return html`<span class="sure">
    <span class="sure-bar" aria-hidden="true"><span style=${{ transform: `scaleX(${share})` }}></span></span>${t(label, { n: percent(share) })}
  </span>`;
}

/** What became of a decision's posts. */
export function Fates({ desk, decision }) {
  if (!decision || decision.held) return null;
  return decision.sends.map(
    (send) => html`<span class=${`fate fate-${send.fate}`}>
      ${send.channel}: ${t(`fate_${send.fate}`)}${send.why && ` (${has(`why_${send.why}`) ? t(`why_${send.why}`) : send.why})`}
    </span>`,
  );
}
