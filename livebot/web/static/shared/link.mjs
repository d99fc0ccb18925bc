// The live link to the show: keeps the document up to date, reconnects, and says how it is.
//
// Statuses: connecting · live · reconnecting · refused. `now()` is the show's time; `heard()` seconds since anything was heard.
import { get } from "./sign_in.mjs";

const PING_EVERY = 5000;
const SILENT_AFTER = 12000;
const SILENT_TOLD = 8;
const DELAYS = [250, 500, 1000, 2000, 3000];

export class Link {
  constructor(role) {
    this.role = role;
    this.status = "connecting";
    this.sections = new Map();
    this.versions = new Map();
    this.skipped = 0;
    this.lostAt = 0;
    this.openedAt = performance.now();
    this.offset = 0;
    this.lastHeard = performance.now();
    this.listeners = new Set();
    this.failures = 0;
    this.epoch = "";
    this.id = -1;
    setInterval(() => this.beat(), 1000);
    addEventListener("online", () => this.status === "reconnecting" && this.open());
    addEventListener("pageshow", () => this.status === "reconnecting" && this.open());
    this.open();
  }

  /** The entries of a section, by key. */
  section(name) {
    let entries = this.sections.get(name);
    if (!entries) this.sections.set(name, (entries = new Map()));
    return entries;
  }

  /** A number that is another one whenever the section is. */
  version(name) {
    return this.versions.get(name) ?? 0;
  }

  now() {
    return this.offset + performance.now() / 1000;
  }

  /** Whether nothing has been heard for so long that what is seen may be old. */
  silent() {
    return this.heard() > SILENT_TOLD;
  }

  heard() {
    return (performance.now() - this.lastHeard) / 1000;
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  open() {
    clearTimeout(this.timer);
    this.socket?.close();
    const since = this.id >= 0 ? `&epoch=${encodeURIComponent(this.epoch)}&since=${this.id}` : "";
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?role=${this.role}${since}`);
    this.socket = socket;
    this.lastPing = performance.now();
    this.lastHeard = performance.now();
    socket.onmessage = (event) => this.socket === socket && this.take(event.data);
    socket.onclose = () => this.socket === socket && this.lose();
  }

  take(data) {
    const frame = JSON.parse(data);
    this.lastHeard = performance.now();
    if (frame.t === "patch" && frame.id !== this.id + 1) {
      this.lose(); // a hole: come back with the last id that is sure
      return;
    }
    this.offset = frame.now - performance.now() / 1000;
    if (frame.t === "full") this.replace(frame);
    if (frame.t === "patch") this.patch(frame);
    this.failures = 0;
    this.become("live");
  }

  replace(frame) {
    this.epoch = frame.epoch;
    this.id = frame.id;
    this.skipped = frame.skipped;
    for (const name of new Set([...this.sections.keys(), ...Object.keys(frame.doc)])) {
      this.sections.set(name, new Map(Object.entries(frame.doc[name] ?? {})));
      this.versions.set(name, this.version(name) + 1);
    }
  }

  patch(frame) {
    this.id = frame.id;
    for (const [name, entries] of Object.entries(frame.doc)) {
      const known = this.section(name);
      for (const [key, value] of Object.entries(entries)) {
        if (value === null) known.delete(key);
        else known.set(key, value);
      }
      this.versions.set(name, this.version(name) + 1);
    }
  }

  beat() {
    if (!this.socket) return;
    const at = performance.now();
    if (at - this.lastHeard > SILENT_AFTER) this.lose();
    else if (at - this.lastPing > PING_EVERY && this.socket.readyState === WebSocket.OPEN) {
      this.lastPing = at;
      this.socket.send('{"t":"ping"}');
    }
  }

  lose() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (this.status !== "reconnecting") this.lostAt = performance.now();
    if (this.status !== "refused") this.become(this.id < 0 ? "connecting" : "reconnecting");
    const delay = DELAYS[Math.min(this.failures, DELAYS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), delay * (0.75 + Math.random() / 2));
  }

  async retry() {
    if (this.failures > 1) {
      try {
        const { status } = await get(`/api/session?role=${this.role}`, AbortSignal.timeout(5000));
        if (status === 401) {
          this.become("refused");
          return;
        }
      } catch {
        // livebot cannot be reached: the socket's own failure will say so
      }
    }
    this.open();
  }

  become(status) {
    this.status = status;
    if (this.asked) return;
    this.asked = true;
    const tell = () => {
      this.asked = false;
      for (const listener of this.listeners) listener();
    };
    if (document.hidden) setTimeout(tell, 500);
    else requestAnimationFrame(tell);
  }
}
