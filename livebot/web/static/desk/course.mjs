// How the show went over the last half hour: demand and waits as two small charts, with the numbers as a table for who does not see them.
import { html, useEffect, useLayoutEffect, useMemo, useRef } from "../shared/html.mjs";
import { isDark } from "../shared/theme.mjs";
import { lang, moment, span, t } from "../shared/words.mjs";
import { service } from "./order.mjs";

const STEP = 30; // seconds, as in web/course.py
const STEPS = 60;
const HEIGHT = 132;
const LEAST = 10; // steps: a show that has just begun does not stretch one bar over the whole chart

export function Course({ desk }) {
  const { link } = desk;
  const steps = useMemo(() => rows(link.section("course")), [link.version("course")]);
  const { n, people, longest } = service(link.section("questions"), link.now());
  if (!steps.length) return html`<div class="empty"><p class="soft">${t("course_empty")}</p></div>`;
  const asked = steps.reduce((sum, step) => sum + step.asked, 0);
  const answered = steps.reduce((sum, step) => sum + step.answered, 0);
  return html`<div class="course">
    <figure>
      <figcaption><b>${t("course_demand")}</b><span class="small soft">${t("course_demand_sum", { asked, answered })}</span></figcaption>
      <${Chart} steps=${steps} series=${DEMAND} label=${t("course_demand_label", { asked, answered })} />
      <p class="keys-of small"><span class="key key-asked">${t("course_asked")}</span><span class="key key-answered">${t("course_answered")}</span></p>
    </figure>
    <figure>
      <figcaption><b>${t("course_waits")}</b><span class="small soft">${n ? t("course_waits_sum", { people, time: span(longest) }) : t("nothing_open")}</span></figcaption>
      <${Chart} steps=${steps} series=${WAITS} line=${desk.missedAfter} label=${t("course_waits_label", { time: span(longest) })} />
      <p class="keys-of small"><span class="key key-waits">${t("course_longest")}</span><span class="key key-line">${t("course_missed_from", { time: span(desk.missedAfter) })}</span></p>
    </figure>
    <details class="more"><summary>${t("course_table")}</summary><${Table} steps=${steps} /></details>
  </div>`;
}

/** The steps in order; one in which nothing was heard is there with nothing in it. */
function rows(section) {
  const known = new Map([...section].map(([step, values]) => [Number(step), values]));
  const numbers = [...known.keys()];
  if (!numbers.length) return [];
  const last = Math.max(...numbers);
  const first = Math.max(Math.min(...numbers), last - STEPS + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const [asked, answered, waiting, longest] = known.get(first + i) ?? [0, 0, null, null];
    return { time: (first + i) * STEP, asked, answered, waiting, longest };
  });
}

function Table({ steps }) {
  return html`<table class="numbers">
    <thead><tr><th scope="col">${t("course_time")}</th><th scope="col">${t("course_asked")}</th><th scope="col">${t("course_answered")}</th><th scope="col">${t("course_longest")}</th></tr></thead>
    <tbody>
      ${[...steps].reverse().map((step) => html`<tr key=${step.time}><th scope="row">${moment(step.time)}</th><td>${step.asked}</td><td>${step.answered}</td><td>${step.longest === null ? "" : span(step.longest)}</td></tr>`)}
    </tbody>
  </table>`;
}

// each series: what is drawn, in which of the page's colours, how
const DEMAND = [
  { of: "asked", colour: "--waiting", bars: true },
  { of: "answered", colour: "--answered", bars: false },
];
const WAITS = [{ of: "longest", colour: "--late", bars: false, filled: true, seconds: true }];

function Chart({ steps, series, label, line = null }) {
  const box = useRef(null);
  const chart = useRef(null);
  const look = `${isDark()} ${lang()} ${line}`;
  const data = useMemo(() => columns(steps, series, line), [steps, line]);
  const latest = useRef(data);
  latest.current = data;
  useLayoutEffect(() => {
    const here = box.current;
    let left = false;
    let watch;
    import("../vendor/uplot.mjs").then(({ default: Plot }) => {
      if (left) return;
      chart.current = new Plot(options(Plot, here, series, line), latest.current, here);
      watch = new ResizeObserver(() => chart.current?.setSize({ width: here.clientWidth, height: HEIGHT }));
      watch.observe(here);
    });
    return () => {
      left = true;
      watch?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [look]);
  useEffect(() => chart.current?.setData(data), [data]);
  return html`<div class="chart" ref=${box} role="img" aria-label=${label}></div>`;
}

/** The columns that uPlot draws: times, one of numbers for each series, and the line that is not to be passed. */
function columns(steps, series, line) {
  const missing = Math.max(0, LEAST - steps.length);
  const before = Array.from({ length: missing }, (_, i) => steps[0].time - (missing - i) * STEP);
  const times = [...before, ...steps.map((step) => step.time)];
  const values = series.map(({ of }) => [...before.map(() => null), ...steps.map((step) => step[of])]);
  return [times, ...values, ...(line === null ? [] : [times.map(() => line)])];
}

function options(Plot, box, series, line) {
  const style = getComputedStyle(box);
  const colour = (name) => resolve(box, name);
  const [soft, rule] = [colour("--ink-soft"), colour("--line")];
  const font = `13px ${style.fontFamily}`;
  const seconds = series.some((each) => each.seconds);
  const axis = { stroke: soft, font, ticks: { show: false }, grid: { stroke: rule, width: 1 } };
  const drawn = series.map(({ of, colour: name, bars, filled }) => ({
    label: of,
    stroke: colour(name),
    width: bars ? 0 : 2,
    fill: bars ? colour(name) : filled ? colour(`${name}-soft`) : undefined,
    paths: bars ? Plot.paths.bars({ size: [0.7, 12] }) : Plot.paths.stepped({ align: 1 }),
    points: { show: false },
  }));
  const limit = { label: "line", stroke: soft, width: 1, dash: [4, 4], points: { show: false } };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 4, 0, 0],
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(seconds ? 60 : 4, high * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 28, values: (_, times) => times.map((time) => (time > 0 ? moment(time) : "")), incrs: [60, 120, 300, 600] },
      { ...axis, size: seconds ? 52 : 32, space: 32, incrs: seconds ? [30, 60, 120, 300, 600, 1800, 3600] : [1, 2, 5, 10, 20, 50, 100, 200, 500], values: (_, all) => all.map((value) => (!value ? "" : seconds ? span(value) : value)) },
    ],
    series: [{}, ...drawn, ...(line === null ? [] : [limit])],
  };
}

/** One of the page's colours as the canvas takes it: a variable that depends on light and dark is worked out by the browser. */
function resolve(box, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
