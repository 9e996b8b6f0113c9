// Hop 4 of a packet's way: keeps a session with the meeting for as long as the person wants, over losses, outages and restarts of
// the relay. The seat hangs on the token, not on the session.

import { Backoff } from "./backoff";
import { type Bye, type FromRelay, type Hello, protocol, type ToRelay, type Welcome } from "./control";
import type { Dial, Relay, Session } from "./session";

const tickEvery = 100; // ms
const silence = 3000; // ms without a sound from the relay until a second session is dialled beside the first
const welcomeWithin = 5000; // ms from hello
const pauses: Record<string, number> = { "too-many": 3000 }; // ms to wait when the relay says so, 0 for other codes
const eager = 10_000; // ms of a search in which it is probed often
const [probeOften, probeSeldom] = [300, 1000]; // ms
const mostProbes = 3; // at once

/** Whom to be in the meeting. */
export interface Wish {
  meeting: string;
  name: string;
  token?: string;
  muted: boolean;
  listen: boolean;
  relays: Relay[];
}

export type State = "connecting" | "joined" | "reconnecting";

/** What a keeper tells its owner. Only the session that counts is heard. */
export interface KeeperEvents {
  state(state: State): void;
  welcome(welcome: Welcome, session: Session): void; // a new session, a new publication
  message(message: FromRelay): void; // but welcome and bye
  datagram(bytes: Uint8Array): void;
  ready(): void;
  ended(reason: Bye): void; // the relay said bye for good
}

/** What a keeper needs of the world. */
export interface World {
  dial: Dial;
  probe(relay: string): Promise<boolean>;
}

/** An open session, before or after its welcome. */
interface Link {
  session: Session;
  relay: Relay;
  since: number; // of hello, later of the last sound from the relay
}

/** Keeps one session. Ends with leave(), or by itself after events.ended. */
export class Keeper {
  private readonly wish: Wish;
  private current: Link | undefined; // welcomed
  private asking: Link | undefined; // hello sent; only one at a time, so that no seat is taken twice
  private handshakes = 0;
  private search = 0; // counts searches: a handshake of an earlier one is not needed any more
  private searching = false;
  private searchSince = 0;
  private readonly backoff = new Backoff();
  private probes = 0;
  private probedAt = Number.NEGATIVE_INFINITY;
  private dials = 0;
  private said: State | undefined;
  private welcomed = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    wish: Wish,
    private readonly world: World,
    private readonly events: KeeperEvents,
  ) {
    this.wish = { ...wish, relays: [...wish.relays] };
    this.timer = setInterval(() => this.tick(performance.now()), tickEvery);
    this.lookForSession(performance.now());
    this.tick(performance.now());
  }

  /** Tells the relay, now or with the next hello. */
  mute(muted: boolean): void {
    this.wish.muted = muted;
    this.tell({ type: "mute", muted });
  }

  /** Gives the seat up and ends. */
  leave(): void {
    this.tell({ type: "bye" });
    this.stop();
  }

  private tell(message: ToRelay): void {
    this.current?.session.tell(message);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.stopSearch();
    this.asking?.session.close();
    this.current?.session.close();
    this.asking = this.current = undefined;
  }

  private tick(now: number): void {
    if (this.asking && now - this.asking.since > welcomeWithin) {
      this.asking.session.close();
      this.asking = undefined;
    }
    if (this.current && now - this.current.since > silence) this.lookForSession(now);
    if (!this.searching || this.asking) return;
    this.probe(now);
    if (this.backoff.due(this.handshakes, now)) void this.dial(now);
  }

  // What follows is the search for a session: from its beginning to the welcome.

  private lookForSession(now: number): void {
    if (this.searching) return;
    this.searching = true;
    this.searchSince = this.probedAt = now; // most searches are over before a probe is worth it
    this.search++;
    this.backoff.begin();
    this.say(this.welcomed ? "reconnecting" : "connecting");
  }

  private stopSearch(): void {
    this.searching = false;
    this.search++;
  }

  private probe(now: number): void {
    const every = now - this.searchSince < eager ? probeOften : probeSeldom;
    if (this.probes >= mostProbes || now - this.probedAt < every) return;
    this.probes++;
    this.probedAt = now;
    void this.world.probe(this.relay().url).then((answered) => {
      this.probes--;
      if (!answered) return;
      this.backoff.answer(now);
      if (this.searching) this.tick(performance.now());
    });
  }

  private relay(): Relay {
    return this.wish.relays[this.dials % this.wish.relays.length];
  }

  private async dial(now: number): Promise<void> {
    const { search } = this;
    const relay = this.relay();
    this.dials++;
    this.handshakes++;
    this.backoff.dialled(now);
    const link: Partial<Link> = { relay };
    try {
      link.session = await this.world.dial(relay, {
        message: (m) => this.heard(link, () => this.take(link as Link, m)),
        datagram: (bytes) => this.heard(link, () => link === this.current && this.events.datagram(bytes)),
        ready: () => link === this.current && this.events.ready(),
        closed: () => this.lost(link),
      });
    } catch {
      this.backoff.failed(performance.now());
      return;
    } finally {
      this.handshakes--;
    }
    // One that comes too late was let finish, because a handshake given up counts as failed; see backoff.ts.
    if (search !== this.search || this.asking) link.session.close();
    else this.ask(link as Link);
  }

  private ask(link: Link): void {
    const { meeting, name, token, muted, listen } = this.wish;
    link.since = performance.now();
    this.asking = link;
    const hello: Hello = { type: "hello", protocol, meeting, name, token, listen };
    // Who comes back to a seat after loading the page anew finds the microphone as it was.
    if (muted || !token || this.welcomed) hello.muted = muted;
    link.session.tell(hello);
  }

  // What follows is what comes from sessions.

  private heard(link: Partial<Link>, then: () => void): void {
    if (link === this.current) {
      this.current.since = performance.now();
      if (this.searching && !this.asking) {
        this.stopSearch();
        this.say("joined");
      }
    }
    then();
  }

  private take(link: Link, message: FromRelay): void {
    if (message.type === "welcome" && link === this.asking) this.enter(link, message);
    else if (message.type === "bye" && (link === this.asking || link === this.current)) this.bye(link, message);
    else if (link === this.current) this.events.message(message);
  }

  private enter(link: Link, welcome: Welcome): void {
    this.asking = undefined;
    this.stopSearch();
    this.current?.session.close();
    this.current = link;
    link.since = performance.now();
    this.welcomed = true;
    this.wish.token = welcome.token;
    const known = new Set(this.wish.relays.map((r) => r.url));
    for (const url of welcome.relays ?? []) {
      if (!known.has(url)) this.wish.relays.push({ url, hashes: link.relay.hashes }); // a cluster shares its certificates
    }
    this.events.welcome(welcome, link.session);
    this.say("joined");
  }

  private bye(link: Link, bye: Bye): void {
    // A session of ours that said hello later has the seat now.
    const replacedByUs = bye.code === "replaced" && link === this.current && this.asking;
    if (!bye.again && !replacedByUs) {
      this.stop();
      this.events.ended(bye);
      return;
    }
    link.session.close();
    this.drop(link);
    const now = performance.now();
    this.lookForSession(now);
    if (!replacedByUs) this.backoff.beginAfter(pauses[bye.code ?? ""] ?? 0, now);
  }

  private lost(link: Partial<Link>): void {
    const mattered = link === this.current || link === this.asking;
    this.drop(link);
    if (!mattered) return;
    this.lookForSession(performance.now());
    this.tick(performance.now());
  }

  private drop(link: Partial<Link>): void {
    if (link === this.asking) this.asking = undefined;
    if (link === this.current) this.current = undefined;
  }

  private say(state: State): void {
    if (state === this.said) return;
    this.said = state;
    this.events.state(state);
  }
}
