// What is seen from inside a page's media worker: the relay's plans, and every WebTransport session with how the browser took its datagrams.

import type { Page } from "playwright-core";

/** A session of the page. Times are wall clock in ms. */
export interface Session {
  dialled: number;
  opened?: number;
  closed?: number; // by whom ever
  ended?: boolean; // the page closed it itself
  datagrams: number; // written
  waits: number[]; // of each datagram, ms until the browser took the next one
  blocked: number; // ms in which the browser took none
}

/** What was seen so far. */
export interface Inside {
  plans: { at: number; voice: Record<string, unknown>; listen?: { budget: number } }[];
  sessions: Session[];
}

/** Looks into the workers of a page to come; at most so many sessions at a time are let open. */
export async function lookInside(page: Page, sessions = 99): Promise<void> {
  await page.addInitScript(wrap, [`(${watch})(${sessions})`] as const);
}

/** What was seen in a page until now. */
export function seen(page: Page): Promise<Inside> {
  return page.evaluate(() => (globalThis as unknown as { __inside: Inside }).__inside);
}

/** Runs in the page before its own scripts: its workers begin with another script. */
function wrap([script]: readonly [string]): void {
  const inside: Inside = { plans: [], sessions: [] };
  Object.assign(globalThis, { __inside: inside });
  const blob = (text: string) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      const real = new URL(url, location.href).href;
      const first = blob(
        `Object.defineProperty(self, "location", { value: new URL(${JSON.stringify(real)}) });${script}`,
      );
      super(blob(`import ${JSON.stringify(first)};\nimport ${JSON.stringify(real)};`), options);
      this.addEventListener("message", ({ data }) => {
        if (data?.type === "inside plan") inside.plans.push(data.plan);
        if (data?.type === "inside sessions") inside.sessions = data.sessions;
      });
    }
  };
}

/** Runs in the worker before its own script. */
function watch(most: number): void {
  const clock = () => performance.timeOrigin + performance.now();
  const sessions: (Session & { since?: number })[] = [];
  const parse = JSON.parse;
  JSON.parse = (...args: Parameters<typeof parse>) => {
    const value = parse(...args);
    const plan = value?.type === "welcome" ? value.plan : value?.type === "plan" ? value : undefined;
    if (plan) self.postMessage({ type: "inside plan", plan: { at: clock(), voice: plan.voice, listen: plan.listen } });
    return value;
  };
  setInterval(() => self.postMessage({ type: "inside sessions", sessions }), 1000);
  const moving = () =>
    sessions.filter((s) => s.opened && !s.closed && (s.since === undefined || clock() - s.since < 1000)).length;
  const Plain = WebTransport;
  const never = new Promise<never>(() => undefined);
  const watched = (web: WebTransport): void => {
    const session: Session & { since?: number } = { dialled: clock(), datagrams: 0, waits: [], blocked: 0 };
    sessions.push(session);
    web.ready.then(
      () => (session.opened = clock()),
      () => (session.closed = clock()),
    );
    const end = () => {
      session.closed ??= clock();
    };
    web.closed.then(end, end);
    const close = web.close.bind(web);
    web.close = (info) => {
      session.ended = session.closed === undefined;
      close(info);
    };
    const { writable } = web.datagrams as unknown as { writable: WritableStream };
    const open = writable.getWriter.bind(writable);
    writable.getWriter = () => {
      const writer = open();
      const write = writer.write.bind(writer);
      writer.write = (chunk) => {
        const at = clock();
        session.datagrams++;
        const done = write(chunk);
        session.since ??= at;
        const taken = () => {
          session.waits.push(clock() - at);
          if ((writer.desiredSize ?? 0) <= 0 || session.since === undefined) return;
          session.blocked += clock() - session.since;
          session.since = undefined;
        };
        writer.ready.then(taken, () => undefined);
        return done;
      };
      return writer;
    };
  };
  globalThis.WebTransport = function (this: unknown, url: string, options?: WebTransportOptions) {
    if (moving() >= most) return { ready: never, closed: never, close: () => undefined };
    const web = new Plain(url, options);
    watched(web);
    return web;
  } as unknown as typeof WebTransport;
}
