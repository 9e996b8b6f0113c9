// What is seen from inside a page's media worker: the relay's plans, and every WebTransport session with how the browser took its datagrams.

import type { Page } from "playwright-core";

/** A session of the page. Times are wall clock in ms. */
export interface Session {
  dialled: number;
  opened?: number;
  closed?: number; // by whom ever
  ended?: boolean; // the page closed it itself
  datagrams: [at: number, taken?: number][]; // written, and when the browser asked for the next one
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
  const sessions: Session[] = [];
  const parse = JSON.parse;
  JSON.parse = (...args: Parameters<typeof parse>) => {
    const value = parse(...args);
    const plan = value?.type === "welcome" ? value.plan : value?.type === "plan" ? value : undefined;
    if (plan) self.postMessage({ type: "inside plan", plan: { at: clock(), voice: plan.voice, listen: plan.listen } });
    return value;
  };
  setInterval(() => self.postMessage({ type: "inside sessions", sessions }), 1000);
  const stuck = ({ datagrams }: Session) => datagrams.some(([at, taken]) => taken === undefined && clock() - at > 1000);
  const moving = () => sessions.filter((s) => !s.closed && !stuck(s)).length; // those that dial, too
  const Plain = WebTransport;
  const follow = (web: WebTransport): void => {
    const session: Session = { dialled: clock(), datagrams: [] };
    sessions.push(session);
    const end = () => {
      session.closed ??= clock();
    };
    web.ready.then(() => {
      session.opened = clock();
    }, end);
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
        const datagram: Session["datagrams"][number] = [clock()];
        session.datagrams.push(datagram);
        const done = write(chunk);
        writer.ready.then(
          () => (datagram[1] = clock()),
          () => undefined,
        );
        return done;
      };
      return writer;
    };
  };
  /** Dials as soon as there is room, and is the session from then on: one refused for ever would stop the page's dialling. */
  const later = (url: string, options?: WebTransportOptions): WebTransport => {
    let real: WebTransport | undefined;
    let given = false; // up
    const room = new Promise<WebTransport>((resolve, reject) => {
      const timer = setInterval(() => {
        if (given) reject(new Error("given up"));
        else if (moving() < most) {
          real = new Plain(url, options);
          follow(real);
          resolve(real);
        } else return;
        clearInterval(timer);
      }, 20);
    });
    const own: Record<PropertyKey, unknown> = {
      ready: room.then((web) => web.ready),
      closed: room.then((web) => web.closed),
      close: (info?: WebTransportCloseInfo) => {
        given = true;
        real?.close(info);
      },
    };
    return new Proxy({} as WebTransport, {
      get: (_, key) => {
        if (key in own) return own[key];
        const value = (real as unknown as Record<PropertyKey, unknown>)?.[key];
        return typeof value === "function" ? value.bind(real) : value;
      },
    });
  };
  globalThis.WebTransport = function (this: unknown, url: string, options?: WebTransportOptions) {
    if (moving() >= most) return later(url, options);
    const web = new Plain(url, options);
    follow(web);
    return web;
  } as unknown as typeof WebTransport;
}
