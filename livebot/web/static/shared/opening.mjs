// Opening a page: sign in, follow the show, draw; and what is seen until then, or instead.
import { html, render } from "./html.mjs";
import { Icon } from "./icons.mjs";
import { Link } from "./link.mjs";
import { signIn } from "./sign_in.mjs";
import { t } from "./words.mjs";

const RETRY = 3000;
const DRAWN_EVERY = 1000; // waiting times go on

/** A page that is not open: it is loading, or may not or cannot be opened. */
export function Shut({ what, busy = false }) {
  return html`<main class="shut" aria-busy=${busy}>
    <${Icon} name=${busy ? "loader-circle" : "unplug"} size="32" />
    <h1>${t(what)}</h1>
    ${what !== "loading" && html`<p class="soft">${t(`${what}_next`)}</p>`}
  </main>`;
}

const PATIENCE = 8000;

/** What is seen until the show is there: it is loading, and after a while what to look at. */
export const Opening = ({ link }) => html`<${Shut} what=${performance.now() - link.openedAt > PATIENCE ? "server_busy" : "loading"} busy=${true} />`;

/** Open the page of a role; `make(link, draw)` returns what gives the page as it is now, and `draw` asks for it to be drawn again. */
export async function openPage(role, make) {
  const root = document.getElementById("page");
  render(html`<${Shut} what="loading" busy=${true} />`, root);
  const signed = await signIn(role);
  if (signed !== "signed_in") {
    render(html`<${Shut} what=${signed === "refused" ? "signed_out" : "server_busy"} busy=${signed !== "refused"} />`, root);
    if (signed === "unreachable") setTimeout(() => openPage(role, make), RETRY);
    return;
  }
  let asked = false;
  const draw = () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      render(page(), root);
    });
  };
  const link = new Link(role);
  const page = make(link, draw);
  link.subscribe(draw);
  setInterval(draw, DRAWN_EVERY);
  draw();
}
