// The overlay: one boosted answer at a time, for the time that livebot has settled. Whatever is wrong, nothing is seen.
import { Link } from "../shared/link.mjs";
import { signIn } from "../shared/sign_in.mjs";
import { cut, withoutHidden } from "../shared/text.mjs";
import { fill, LANGS } from "../shared/words.mjs";

const POSITIONS = ["bottom-left", "bottom", "bottom-right", "top"];
const LEAVES_IN = 0.2;
const RETRY = 5000;
const STAR = "M12 2l3 6.6 7 .8-5.200 4.800 1.400 7L12 17.700 5.800 21.200l1.400-7L2 9.400l7-.8z";
const WORDS = { regular: ["단골 {name}님", "{name} · regular"], viewer: ["{name}님", "{name}"] };

let shown = null;
let card = null;

/** The boost that is due now, or null: also when stopped or out of touch. */
function due(link) {
  const show = link.section("show");
  if (link.status !== "live" || show.get("stopped")) return null;
  const now = link.now();
  for (const [id, boost] of link.section("boosts")) {
    if (now >= boost.from && now < boost.until && withoutHidden(boost.answer)) return { id, ...boost };
  }
  return null;
}

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** Text of a viewer: text only, isolated, without hidden characters. */
const said = (text, limit) => element("bdi", "", cut(withoutHidden(text), limit));

function nameChip(boost, lang) {
  const name = withoutHidden(boost.name);
  if (!name) return [];
  const template = WORDS[boost.regular ? "regular" : "viewer"][LANGS.indexOf(lang)];
  const [before, after] = fill(template, { name: "\u0000" }).split("\u0000");
  const chip = element("p", "who", ...(boost.regular ? [star()] : []), before, said(name, 20), after);
  return [chip];
}

function star() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", STAR);
  svg.append(path);
  return svg;
}

function draw(link) {
  const boost = due(link);
  const leaving = boost && boost.until - link.now() <= LEAVES_IN;
  if (card && shown === boost?.id) {
    card.classList.toggle("leaving", Boolean(leaving));
    return;
  }
  card?.remove();
  [card, shown] = [null, boost?.id ?? null];
  if (!boost) return;
  const lang = LANGS.includes(boost.lang) ? boost.lang : "ko";
  card = element(
    "section",
    "boost",
    element("p", "asked", said(boost.question, 120)),
    element("p", "answer", said(boost.answer, 200)),
    ...nameChip(boost, lang),
  );
  card.lang = lang;
  document.body.append(card);
}

async function start() {
  const position = new URLSearchParams(location.search).get("position");
  document.body.classList.add(POSITIONS.includes(position) ? position : POSITIONS[0]);
  while ((await signIn("overlay")) !== "signed_in") await new Promise((done) => setTimeout(done, RETRY));
  const link = new Link("overlay");
  link.subscribe(() => draw(link));
  setInterval(() => draw(link), 50);
}

start();
