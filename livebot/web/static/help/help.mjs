// The viewers' page keeps itself up to date: it fetches itself and takes over the parts that are different. Without this it works by reload.
import { isDark, switchTheme } from "../shared/theme.mjs";

const EVERY = 5000;
const LONGEST = 60000;
const ANSWER_WITHIN = 8000;
const PARTS = ["state", "ways", "open", "helpers"];

const words = document.body.dataset;
const link = document.getElementById("link");
const news = document.getElementById("news");
let wait = EVERY;
let timer;

/** Fetch the page as a document: nothing in it runs, and nothing is parsed by hand. */
function fetchPage() {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = ANSWER_WITHIN;
    request.onload = () => (request.status === 200 && request.response ? done(request.response) : fail(new Error(String(request.status))));
    request.onerror = request.ontimeout = () => fail(new Error("lost"));
    request.send();
  });
}

async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const page = await fetchPage();
    const before = answered(document);
    for (const id of PARTS) takeOver(page, id);
    document.title = page.title;
    tellAnswers(before);
    tell("");
    wait = EVERY;
  } catch {
    tell(navigator.onLine ? words.lost : words.offline);
    wait = Math.min(LONGEST, wait * 2);
  }
  timer = setTimeout(refresh, wait * (0.8 + Math.random() * 0.4));
}

function takeOver(page, id) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!fresh || old.isEqualNode(prepared(fresh))) return;
  const held = old.contains(document.activeElement) ? document.activeElement.dataset.copy : undefined;
  old.replaceChildren(...document.adoptNode(fresh).childNodes);
  if (held) [...old.querySelectorAll(".copy")].find((each) => each.dataset.copy === held)?.focus();
}

/** The parts that need the script are shown by it. */
function prepared(root) {
  for (const each of root.querySelectorAll(".copy")) each.hidden = false;
  return root;
}

const answered = (root) => new Set([...root.querySelectorAll(".way[data-state=answered]")].map((each) => each.dataset.key));

/** A screen reader hears of an answer that has come. */
function tellAnswers(before) {
  const fresh = [...document.querySelectorAll(".way[data-state=answered]")].find((each) => !before.has(each.dataset.key));
  if (fresh) news.textContent = words.gotAnswer.replace("{text}", () => fresh.querySelector("h3").textContent);
}

function tell(text) {
  if (!text && !link.hidden) news.textContent = words.back;
  link.hidden = !text;
  if (link.textContent !== text) link.textContent = text;
}

/** Copy; a page that came without TLS may not use the clipboard, so the text is chosen and copied the old way. */
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (!document.execCommand("copy")) return;
  }
  const before = button.textContent;
  button.textContent = words.copied;
  news.textContent = words.copied;
  setTimeout(() => (button.textContent = before), 2000);
}

function nameTheme() {
  theme.setAttribute("aria-label", isDark() ? words.light : words.dark);
}

const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => (switchTheme(), nameTheme()));
nameTheme();
prepared(document);
document.getElementById("fresh").hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".copy");
  if (button) copy(button);
});
document.addEventListener("visibilitychange", refresh);
addEventListener("online", refresh);
addEventListener("offline", () => tell(words.offline));
timer = setTimeout(refresh, wait);
