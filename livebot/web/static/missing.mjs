// The page for addresses where nothing is.
import { html, render } from "./shared/html.mjs";
import { t } from "./shared/words.mjs";

document.title = `livebot · ${t("missing_title")}`;
render(
  html`
    <h1>${t("missing_title")}</h1>
    <p class="soft">${t("missing_next")}</p>
    <nav class="links"><a href="/"><strong>${t("to_start")}</strong></a></nav>
  `,
  document.getElementById("page"),
);
