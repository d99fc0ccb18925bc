// The start page: where to go.
import { html, render } from "./shared/html.mjs";
import { lang, setLang, t } from "./shared/words.mjs";

const hasHelp = "help" in document.getElementById("page").dataset;

function Start() {
  return html`
    <h1>${t("start_title")}</h1>
    <p class="soft">${t("start_next")}</p>
    <nav class="links">
      <a href="/desk"><strong>${t("desk")}</strong><span class="soft">${t("start_desk")}</span></a>
      <a href="/board"><strong>${t("board")}</strong><span class="soft">${t("start_board")}</span></a>
      <a href="/overlay"><strong>${t("overlay")}</strong><span class="soft">${t("start_overlay")}</span></a>
      ${hasHelp && html`<a href="/help"><strong>${t("help")}</strong><span class="soft">${t("start_help")}</span></a>`}
    </nav>
    <button type="button" lang=${lang() === "ko" ? "en" : "ko"} onClick=${() => (setLang(lang() === "ko" ? "en" : "ko"), draw())}>
      ${t("language")}
    </button>
  `;
}

function draw() {
  document.title = "livebot";
  render(html`<${Start} />`, document.getElementById("page"));
}

draw();
