// Hop 4 of a packet's way: keeps a page in its meeting for as long as the person wants, over losses, outages, address changes and restarts of the
// relay. The seat hangs on the token, the line on its secret; sessions come and go.

import { type Bye, type FromRelay, type Hello, protocol, type ToRelay, type Welcome } from "./control";
import { Dialler, type Need, type World } from "./dialler";
import type { Path } from "./line";
import { Link } from "./link";
import { Pool } from "./pool";
import type { Kind, Relay, Session } from "./session";
import { type LineCounts, Sessions } from "./sessions";

const tickEvery = 100; // ms
const silence = 3000; // ms without a sound from the relay until a second session is dialled beside the first,
const uneasySilence = 1500; // and soon after the network changed,
const uneasyFor = 10_000; // for so long
const mostChanges = 2000; // ms between changes of the network that are heeded
const mostEarly = 32; // datagrams
const welcomeWithin = 4000; // ms from hello or attach,
const socketWelcomeWithin = 1000; // ms of it on a WebSocket when there is a WebTransport that could ask
const spareAfter = 1500; // ms of it after which another session is dialled, to ask when this one has failed
const pauses: Record<string, number> = { "too-many": 3000 }; // ms to wait when the relay says so, 0 for other codes

/** Whom to be in the meeting. */
export interface Wish {
  meeting: string;
  name: string;
  token?: string;
  muted: boolean;
  listen: boolean;
  relays: Relay[];
  cursor?: string; // of what is known of the meeting already
}

/** reconnecting: nothing works at the moment, a session is looked for. */
export type State = "connecting" | "joined" | "reconnecting";

/** What a keeper tells its owner. */
export interface KeeperEvents {
  state(state: State): void;
  /** A path: a new line with a new publication begins on it. None: the line goes on, but seats and plan are as the welcome says. */
  welcome(welcome: Welcome, session: Session, path?: Path): void;
  message(message: FromRelay): void; // but welcome, attached and bye
  datagram(bytes: Uint8Array): void;
  ready(): void; // the line's path may take datagrams again
  ended(reason: Bye): void; // the relay said bye for good
}

/** Keeps a line, and the sessions that it needs. Ends with leave(), or by itself after events.ended. */
export class Keeper {
  private readonly wish: Wish;
  private readonly pool = new Pool();
  private readonly sessions = new Sessions();
  private readonly dialler: Dialler;
  private line: { secret: string; relay: Relay } | undefined;
  private control: Link | undefined; // welcomed
  private kind: Kind | undefined; // of the control that was welcomed last
  private early: Uint8Array[] = []; // datagrams of the line to come that overtook its welcome: dropped, they would count as lost
  private asking: Link | undefined; // only one at a time, so that no seat is taken twice and the relay and we agree on the control
  private heard = Number.NEGATIVE_INFINITY; // the line
  private hush = 0; // ms for which it may be silent because nobody speaks
  private changed = Number.NEGATIVE_INFINITY; // the network
  private said: State | undefined;
  private welcomed = false;
  private ended = false;
  private readonly forget: () => void;

  constructor(
    wish: Wish,
    private readonly world: World,
    private readonly events: KeeperEvents,
  ) {
    this.wish = { ...wish, relays: [...wish.relays] };
    this.dialler = new Dialler(this.wish.relays, world, {
      newLink: (relay) => new Link(relay, this.heeds),
      opened: (link) => this.opened(link, performance.now()),
      answered: () => this.tick(performance.now()),
    });
    const timer = setInterval(() => this.tick(performance.now()), tickEvery);
    const deaf = world.changes?.(() => this.change(performance.now()));
    this.forget = () => {
      clearInterval(timer);
      deaf?.();
    };
    this.tick(performance.now());
  }

  /** What events travel on now; undefined: on nothing. */
  get transport(): Kind | undefined {
    return this.control?.kind;
  }

  /** ms since the relay was last heard; infinite before. */
  silence(now: number): number {
    return Math.max(now - this.heard - this.hush, 0);
  }

  /** The relay may be silent for some ms more, because nobody speaks; 0: somebody does, and silence counts from now. */
  allow(ms: number, now: number): void {
    if (ms === 0 && this.hush > 0) this.heard = Math.max(this.heard, now);
    this.hush = this.pool.hush = ms;
  }

  /** Takes what is known of the line, about once a second: if it is lossy more sessions are opened, if it is narrow fewer. */
  report(line: LineCounts, now: number): void {
    this.sessions.report(line, this.silence(now), now);
    this.pool.rtt = line.rtt ?? 0;
    this.dialler.rate = line.rate;
  }

  /** Tells the relay, now or with the next hello. */
  mute(muted: boolean): void {
    this.wish.muted = muted;
    this.control?.tell({ type: "mute", muted });
  }

  /** How far the meeting is known: the next welcome goes on from there. */
  set cursor(cursor: string | undefined) {
    this.wish.cursor = cursor;
  }

  /** Says something to the relay; while there is nothing to say it on it is lost. */
  tell(message: ToRelay): void {
    this.control?.tell(message);
  }

  /** Gives the seat up and ends. */
  leave(): void {
    const bye: ToRelay = { type: "bye" };
    (this.control ?? this.pool.carriers[0])?.tell(bye);
    this.asking?.tell(bye);
    this.stop();
  }

  private stop(): void {
    this.ended = true;
    this.forget();
    this.dialler.stop();
    this.pool.closeAll();
    this.asking = this.control = undefined;
  }

  // What follows decides what is needed.

  private tick(now: number): void {
    if (this.ended) return;
    if (this.asking && now - this.asking.since > welcomeWithin) this.refuse(this.asking, now);
    this.preferUDP(now);
    this.pool.tick(this.want(now), now);
    this.pool.nudge();
    const need = this.need(now);
    this.say(need);
    this.dialler.tick(need, this.asking !== undefined && now - this.asking.since < spareAfter, now);
  }

  /**
   * On a bad line TCP may hold back a WebSocket's hello for many seconds: a WebTransport that opened meanwhile asks instead. Not for a seat that one has already:
   * the late hello would take it away again.
   */
  private preferUDP(now: number): void {
    const { asking } = this;
    const late = asking?.kind === "websocket" && now - asking.since > socketWelcomeWithin;
    if (!late || !this.pool.idle.some(({ kind }) => kind === "webtransport")) return;
    if (!asking.onLine && this.wish.token !== undefined) return;
    if (!asking.onLine) asking.tell({ type: "bye" }); // should its hello arrive after all
    this.refuse(asking, now);
  }

  private change(now: number): void {
    if (now - this.changed < mostChanges) return;
    this.changed = now;
    this.tick(now);
    this.dialler.changed(now);
    this.tick(now);
  }

  /** How many sessions the line needs. */
  private want(now: number): number {
    return this.control?.kind === "websocket" ? 1 : this.sessions.want(this.wish.listen, now);
  }

  /** Whether the line has a session and is heard. */
  private alive(now: number): boolean {
    const most = now - this.changed < uneasyFor ? uneasySilence : silence;
    return this.silence(now) <= most && this.pool.carriers.length > 0;
  }

  private need(now: number): Need {
    const { control } = this;
    if (!this.alive(now)) return "search";
    if (!this.line) return "nothing";
    if (control?.kind === "websocket") return this.world.webtransport ? "better" : "nothing";
    const enough = control && !this.pool.stuck(control, now) && this.pool.working(now) >= this.want(now);
    return enough ? "nothing" : "beside";
  }

  private say(need: Need): void {
    const state = need !== "search" ? "joined" : this.welcomed ? "reconnecting" : "connecting";
    if (state === this.said) return;
    this.said = state;
    this.events.state(state);
  }

  // What follows makes use of sessions that opened.

  private opened(link: Link, now: number): void {
    if (link.role === "closed") return;
    this.pool.add(link);
    this.place(link, now);
  }

  /** Gives an idle session a use, lets it wait for who is asking, or closes it. */
  private place(link: Link, now: number): void {
    if (this.asking && !this.ended) return;
    const need = this.ended ? "nothing" : this.need(now);
    const home = this.isHome(link);
    if (need === "search") this.ask(link, home, now);
    else if (need === "nothing" || !home || link.kind === "websocket") this.pool.close(link);
    else if (need === "better" || !this.control || this.pool.stuck(this.control, now)) this.ask(link, true, now);
    else this.attach(link, now);
  }

  /** Whether a session is with the relay that has the line. */
  private isHome({ relay }: Link): boolean {
    return this.line?.relay.url === relay.url;
  }

  /** Asks for the line's control, or for a seat and a new line. */
  private ask(link: Link, attach: boolean, now: number): void {
    this.asking = link;
    this.early = [];
    link.become("asking", now);
    link.onLine = attach;
    const { cursor } = this.wish;
    if (attach && this.line) link.tell({ type: "attach", protocol, line: this.line.secret, control: true, cursor });
    else link.tell(this.hello());
  }

  private hello(): Hello {
    const { meeting, name, token, muted, listen, cursor } = this.wish;
    const own = { build: this.world.build?.(), ...this.world.credentials?.() };
    const hello: Hello = { type: "hello", protocol, ...own, meeting, name, token, listen, cursor, quiet: true };
    // Who comes back to a seat after loading the page anew finds the microphone as it was.
    if (muted || !token || this.welcomed) hello.muted = muted;
    return hello;
  }

  private attach(link: Link, now: number): void {
    if (!this.line) return;
    link.become("attaching", now);
    link.onLine = true;
    link.tell({ type: "attach", protocol, line: this.line.secret });
  }

  // What follows is what comes from sessions.

  private readonly heeds = {
    message: (link: Link, message: FromRelay) => {
      this.hear(link);
      this.take(link, message, performance.now());
    },
    datagram: (link: Link, bytes: Uint8Array) => {
      this.hear(link);
      if (link.onLine) this.events.datagram(bytes);
      else if (link === this.asking && this.early.length < mostEarly) this.early.push(bytes);
    },
    ready: (link: Link) => {
      if (link.carries) this.events.ready();
    },
    lost: (link: Link) => this.lost(link, performance.now()),
  };

  private hear(link: Link): void {
    if (!link.onLine) return;
    this.heard = performance.now();
    if (this.said === "reconnecting" && link.carries) this.tick(this.heard);
  }

  private take(link: Link, message: FromRelay, now: number): void {
    if (message.type === "bye") this.bye(link, message, now);
    else if (message.type === "welcome") {
      if (link === this.asking) this.enter(link, message, now);
      // Another control ended, and this one, which had it before, has it again.
      else if (link.carries && message.line === this.line?.secret) this.regain(link, message);
    } else if (message.type === "attached") {
      if (link.role === "attaching") this.join(link, now);
    } else if (link === this.control) this.events.message(message);
  }

  private join(link: Link, now: number): void {
    this.pool.carry(link, "path", now);
    this.events.ready();
  }

  private enter(link: Link, welcome: Welcome, now: number): void {
    const goesOn = this.line !== undefined && this.line.secret === welcome.line;
    if (goesOn) this.succeed(now);
    else this.begin(link, welcome.line);
    this.asking = undefined;
    if (this.kind !== link.kind) this.sessions.forget();
    this.kind = link.kind;
    this.control = link;
    this.pool.carry(link, "control", now);
    this.heard = now;
    this.welcomed = true;
    this.wish.token = welcome.token;
    this.learn(welcome.relays ?? [], link.relay.hashes);
    this.events.welcome(welcome, link.path, goesOn ? undefined : this.pool.paths);
    for (const bytes of this.early.splice(0)) this.events.datagram(bytes);
    if (goesOn) this.events.ready();
    this.settle(now);
  }

  private regain(link: Link, welcome: Welcome): void {
    if (this.control) this.control.role = "path";
    this.control = link;
    link.role = "control";
    this.events.welcome(welcome, link.path);
  }

  /** The line goes on under another control, and what was of no use to it ends. */
  private succeed(now: number): void {
    const silent = this.said === "reconnecting";
    if (this.control) this.control.role = "path";
    for (const link of this.pool.carriers) {
      const dead = this.pool.stuck(link, now) || (silent && link.silence(now) > uneasySilence);
      if (dead || link.kind === "websocket") this.pool.retire(link, now);
    }
  }

  /** A new line begins, on this session; without one the next hello begins it. */
  private begin(link?: Link, secret?: string): void {
    this.pool.renew(link);
    this.control = undefined;
    this.line = link && secret !== undefined ? { secret, relay: link.relay } : undefined;
    this.dialler.home = this.line?.relay;
  }

  /** A cluster shares its certificates. */
  private learn(relays: string[], hashes: string[]): void {
    const known = new Set(this.wish.relays.map(({ url }) => url));
    for (const url of relays) if (!known.has(url)) this.wish.relays.push({ url, hashes });
  }

  /** Nobody is asking any more: those that waited get their turn. */
  private settle(now: number): void {
    for (const link of this.pool.idle) this.place(link, now);
    this.tick(now);
  }

  // What follows is how sessions end.

  private bye(link: Link, bye: Bye, now: number): void {
    const asked = link === this.asking;
    const matters = asked || link === this.control;
    // A session of ours that said hello later has the seat now.
    const byUs = !asked && this.asking !== undefined && !this.asking.onLine;
    if (bye.code === "replaced" && link.role !== "retired" && !byUs) this.end(bye);
    else if (matters && bye.again === true && bye.code !== "line-unknown") this.pause(link, bye.code ?? "", now);
    else if (asked && link.onLine) this.unknown(link, now);
    else if (matters && bye.code !== "replaced") this.end(bye);
    else {
      if (link.role === "attaching") this.dialler.failed(now);
      this.drop(link);
      this.settle(now);
    }
  }

  private end(bye: Bye): void {
    this.stop();
    this.events.ended(bye);
  }

  /** The relay asks to come again. */
  private pause(link: Link, code: string, now: number): void {
    this.drop(link);
    if (code === "relay-stopping") this.begin();
    this.dialler.beginAfter(pauses[code] ?? 0, now);
    this.settle(now);
  }

  /** The relay does not know the line: a new one has to begin, unless this one works through other sessions. */
  private unknown(link: Link, now: number): void {
    this.drop(link);
    if (this.alive(now)) this.dialler.failed(now);
    else {
      this.begin();
      this.dialler.begin(now);
    }
    this.settle(now);
  }

  /** A session that asked got no answer. */
  private refuse(link: Link, now: number): void {
    this.drop(link);
    // The relay may have given it the control and then lost it: the old one may not be what events travel on.
    if (link.onLine && this.control) {
      this.control.role = "path";
      this.control = undefined;
    }
    this.settle(now);
  }

  private lost(link: Link, now: number): void {
    this.pool.drop(link);
    if (link === this.asking) {
      this.refuse(link, now);
      return;
    }
    if (link === this.control) this.control = undefined;
    this.settle(now);
  }

  private drop(link: Link): void {
    if (link === this.asking) this.asking = undefined;
    if (link === this.control) this.control = undefined;
    this.pool.close(link);
  }
}
