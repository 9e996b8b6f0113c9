// Stand-ins for a relay and the line to it, as a Keeper sees them. They keep the rules of PROTOCOL.md section 6.

import { expect, vi } from "vitest";
import type { Bye, ToRelay, Welcome } from "./control";
import type { World } from "./dialler";
import { Keeper, type State, type Wish } from "./keeper";
import type { Path } from "./line";
import type { Kind, Relay, Session, SessionEvents } from "./session";

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A relay that answers whatever is asked after 20 ms, and what it knows of the participant. */
export class FakeRelay {
  sessions: FakeSession[] = [];
  dials: { at: number; kind: Kind }[] = [];
  failed = 0;
  up = true; // answers
  hanging = false; // handshakes fail after 4 s, as in Chromium
  handshake: Record<Kind, number> = { webtransport: 40, websocket: 60 }; // ms
  blocked: Kind | undefined; // what does not get through
  answer: "right" | "nothing" | Bye = "right";
  lines: string[] = []; // known
  control: FakeSession | undefined;
  probes = 0;

  readonly world: World = {
    webtransport: (relay, events) => this.dial("webtransport", relay, events),
    websocket: (relay, events, signal) => this.dial("websocket", relay, events, signal),
    probe: () => this.probe(),
  };

  private async dial(kind: Kind, relay: Relay, events: SessionEvents, signal?: AbortSignal): Promise<Session> {
    this.dials.push({ at: performance.now(), kind });
    const hangs = () => this.hanging || this.blocked === kind;
    for (let t = 0; t < 4000 && hangs() && !signal?.aborted; t += 100) await wait(100);
    const until = performance.now() + (this.up ? this.handshake[kind] : 2);
    while (performance.now() < until && !signal?.aborted) await wait(1);
    if (!this.up || hangs() || signal?.aborted) {
      this.failed++;
      throw new Error("Opening handshake failed.");
    }
    const session = new FakeSession(this, kind, relay, events);
    this.sessions.push(session);
    return session;
  }

  async probe(): Promise<boolean> {
    this.probes++;
    await wait(20);
    return this.up && !this.hanging;
  }

  /** What the relay says to the first message of a session, and why. */
  take(session: FakeSession, first: ToRelay): void {
    if (first.type === "attach" && !this.lines.includes(first.line)) {
      session.say({ type: "bye", code: "line-unknown", again: true });
    } else if (first.type === "attach" && !first.control) {
      session.say({ type: "attached" });
    } else {
      this.control = session;
      if (first.type === "hello") this.lines.push(`line ${this.lines.length}`);
      session.say(welcome(this.lines.length - 1));
    }
  }

  get last(): FakeSession {
    return this.sessions[this.sessions.length - 1];
  }

  /** Dials so far of one kind, as times. */
  times(kind: Kind): number[] {
    return this.dials.filter((d) => d.kind === kind).map(({ at }) => at);
  }

  /** The sessions that a page has not closed. */
  get open(): FakeSession[] {
    return this.sessions.filter(({ ends }) => ends === 0);
  }
}

export class FakeSession implements Session {
  ready = true;
  told: ToRelay[] = [];
  sent = 0;
  nudges = 0; // before an answer
  ends = 0; // how often it was closed, or closed itself

  constructor(
    private readonly relay: FakeRelay,
    readonly kind: Kind,
    readonly to: Relay,
    readonly events: SessionEvents,
  ) {}

  send(datagram: Uint8Array): void {
    expect(this.ends).toBe(0);
    expect(this.ready).toBe(true);
    if (datagram.length > 1) this.sent++;
    else this.nudges++;
  }

  tell(message: ToRelay): void {
    this.told.push(message);
    if (this.told.length > 1 || this.relay.answer === "nothing") return;
    const { answer } = this.relay;
    setTimeout(() => {
      if (this.ends > 0) return;
      if (answer === "right") this.relay.take(this, message);
      else this.say(answer);
    }, 20);
  }

  say(message: Parameters<SessionEvents["message"]>[0]): void {
    this.events.message(message);
  }

  hear(): void {
    this.events.datagram(new Uint8Array(3));
  }

  die(): void {
    this.ends++;
    this.events.closed();
  }

  close(): void {
    this.ends++;
  }

  /** The relay's datagrams, every 500 ms for so long. */
  async chat(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 500) {
      this.hear();
      await pass(500);
    }
  }
}

export function welcome(n: number): Welcome {
  return {
    type: "welcome",
    protocol: 1,
    line: `line ${n}`,
    you: "seat",
    publication: 100 + n,
    token: `token ${n}`,
    meeting: { code: "abc", ms: 0 },
    plan: { voice: { lo: 0, hi: 24000, frame: 20, protection: { window: 0, age: 0, gap: 0, rate: 0 } } },
    relays: ["https://a/wt", "https://b/wt"],
  };
}

/** A page with its relay: everything that its keeper told it. */
export class Page {
  readonly relay = new FakeRelay();
  readonly world: World = { ...this.relay.world };
  keeper!: Keeper;
  states: State[] = [];
  welcomes: Welcome[] = [];
  paths: Path[] = []; // of each new line
  ended: Bye[] = [];
  heard = 0;
  early = 0; // datagrams before a welcome
  changed = () => {};
  deaf = false; // to changes of the network

  start(wish: Partial<Wish> = {}): void {
    const person = { meeting: "abc", name: "An", muted: false, listen: false };
    const relays = [{ url: "https://a/wt", hashes: ["h"] }];
    this.world.changes = (changed) => {
      this.changed = changed;
      return () => {
        this.deaf = true;
      };
    };
    this.keeper = new Keeper({ ...person, relays, ...wish }, this.world, {
      state: (s) => this.states.push(s),
      welcome: (w, _, path) => {
        this.welcomes.push(w);
        if (path) this.paths.push(path);
      },
      message: () => this.heard++,
      datagram: () => {
        if (this.welcomes.length === 0) this.early++;
        this.heard++;
      },
      ready: () => {},
      ended: (bye) => this.ended.push(bye),
    });
  }

  get path(): Path {
    return this.paths[this.paths.length - 1];
  }

  get state(): State | undefined {
    return this.states.at(-1);
  }

  /** For so long the page sends every 20 ms, the relay answers on every session, and so much is lost on the way up and down. */
  async talk(ms: number, up = 0, down = 0): Promise<void> {
    for (let t = 0; t < ms; t += 20) {
      if (this.path.ready) this.path.send(new Uint8Array(9));
      if (t % 500 === 0) for (const session of this.relay.open) session.hear();
      this.count(this.line.up, up);
      this.count(this.line.down, down);
      if (t % 1000 === 0) this.keeper.report(this.line, performance.now());
      await pass(20);
    }
  }

  /** What the keeper is told of the line. */
  readonly line = { up: { sent: 0, lost: 0 }, down: { sent: 0, lost: 0 }, rtt: 150, rate: 0 };

  private count(way: { sent: number; lost: number }, loss: number): void {
    way.sent++;
    way.lost += loss;
  }

  /** Leaves, waits for what is still under way, and looks whether every session ended once. */
  async close(): Promise<void> {
    this.keeper.leave();
    await pass(20_000);
    expect(this.relay.sessions.map(({ ends }) => ends)).toEqual(this.relay.sessions.map(() => 1));
    expect(vi.getTimerCount()).toBe(0);
    expect(this.deaf).toBe(true);
  }
}
