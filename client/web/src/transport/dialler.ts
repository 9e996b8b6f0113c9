// Hop 4 of a packet's way: dials sessions as they are needed, WebTransport raced by WebSocket, and asks by HTTP whether a relay is there.

import { Backoff, SocketBackoff } from "./backoff";
import type { Hello } from "./control";
import type { Link } from "./link";
import type { Dial, Relay } from "./session";

const eager = 10_000; // ms of a search in which it is probed often
const [probeOften, probeSeldom] = [300, 1000]; // ms
const mostProbes = 3; // at once
const probePatience = 4000; // ms in which every relay is probed, and answers if it can
const strayEvery = 8; // of so many dials of a search one goes to another relay, though the one that has the line may be there
const socketPatience = 10_000; // ms that a WebSocket may take to open

/**
 * What is dialled for. search: there is no session that works; better: there is one, but over a WebSocket; beside: there are some, but not enough.
 */
export type Need = "nothing" | "search" | "better" | "beside";

/** What a page needs of the world. At least one of the dials is there. */
export interface World {
  webtransport?: Dial;
  websocket?: Dial;
  /** Whether a relay answers at all. Never rejects. */
  probe(relay: string): Promise<boolean>;
  /** The build of the page that is kept here, for hello. */
  build?(): string | undefined;
  /** What proves who one is, for one hello. */
  credentials?(): Pick<Hello, "pass" | "line" | "proof">;
  /** Calls when the network may have changed, until what it returns is called. */
  changes?(changed: () => void): () => void;
}

/** Who gets the sessions. */
export interface DiallerOwner {
  newLink(relay: Relay): Link;
  opened(link: Link): void;
  answered(): void; // a probe was: another tick may help
}

/** Dials. Call tick every 100 ms and whenever something happened. Times are ms of one clock. */
export class Dialler {
  /** The relay that has the line, if there is one. */
  home: Relay | undefined;
  /** What the relay allows on the way up, bit/s; 0: it did not say. */
  rate = 0;
  private need: Need = "nothing";
  private since = 0; // when the search began
  private readonly backoff = new Backoff();
  private readonly socketBackoff = new SocketBackoff();
  private readonly pending = new Set<Link>(); // WebTransport handshakes
  private readonly sockets = new Set<AbortController>(); // WebSocket handshakes
  private probes = 0;
  private probedAt = Number.NEGATIVE_INFINITY;
  private asked = 0; // probes ever
  private readonly there = new Map<string, number>(); // relays that answered one in this search, and when first
  private searches = -1;
  private dials = 0; // in this search: WebTransport,
  private socketDials = 0; // WebSockets

  constructor(
    private readonly relays: Relay[],
    private readonly world: World,
    private readonly owner: DiallerOwner,
  ) {}

  /** Dials what is due. While paused there is a session that waits for its welcome: those under way go on. */
  tick(need: Need, paused: boolean, now: number): void {
    if (need === "search" && this.need !== "search") this.begin(now);
    this.need = need;
    if (need !== "search") this.giveUpSockets();
    if (need === "nothing" || paused) return;
    const searching = need === "search";
    if (searching) this.probe(now);
    const due =
      need === "beside"
        ? this.backoff.dueBeside(this.pending.size, this.rate, now)
        : this.backoff.due(this.pending.size, this.rate, now);
    if (due) void this.dial(now);
    if (searching && this.socketBackoff.due(this.sockets.size, now)) void this.dialSocket(now);
  }

  /** A new search: what was learnt of the relay's state before does not count. */
  begin(now: number): void {
    this.need = "search";
    this.since = this.probedAt = now; // most searches are over before a probe is worth it
    this.searches++;
    this.dials = this.socketDials = 0;
    this.there.clear();
    this.backoff.begin();
    this.socketBackoff.begin(!this.world.webtransport, now);
  }

  /** A new search that the relay asked to wait with, or whose relay is known to be down. */
  beginAfter(pause: number, now: number): void {
    this.begin(now);
    this.backoff.beginAfter(pause, now);
    this.socketBackoff.pause(now + pause);
  }

  /** The network may be another one: what is under way will come to nothing, so a search tries again at once. */
  changed(now: number): void {
    if (this.need !== "search") return;
    this.pending.clear();
    this.giveUpSockets();
    this.begin(now);
    this.probedAt = Number.NEGATIVE_INFINITY;
  }

  /** A session that had opened was of no use. */
  failed(now: number): void {
    this.backoff.failed(now);
  }

  /** Gives up what can be. */
  stop(): void {
    this.need = "nothing";
    this.giveUpSockets();
  }

  private giveUpSockets(): void {
    for (const socket of this.sockets) socket.abort();
  }

  private probe(now: number): void {
    const every = now - this.since < eager ? probeOften : probeSeldom;
    if (this.probes >= mostProbes || now - this.probedAt < every) return;
    this.probes++;
    this.probedAt = now;
    const { url } = this.relays[this.asked++ % this.relays.length];
    void this.world.probe(url).then((answered) => {
      this.probes--;
      if (!answered) return;
      if (!this.there.has(url)) this.there.set(url, performance.now());
      this.backoff.answer(now);
      this.socketBackoff.answer(now);
      if (this.need === "search") this.owner.answered();
    });
  }

  /** Whom to dial. Only the relay that has the line can go on with it; another one is for when that seems to be gone. */
  private relay(turn: number): Relay {
    const { home, relays, there } = this;
    if (!home) return relays[(this.searches + turn) % relays.length];
    const others = relays.filter(({ url }) => url !== home.url);
    if (this.need !== "search" || others.length === 0) return home;
    const proven = performance.now() - probePatience; // by then the home had its turn, too
    const other = others.find(({ url }) => (there.get(url) ?? Number.POSITIVE_INFINITY) <= proven);
    if (other && !there.has(home.url)) return other;
    return turn % strayEvery === strayEvery - 1 ? others[Math.floor(turn / strayEvery) % others.length] : home;
  }

  private async dial(now: number): Promise<void> {
    const dial = this.world.webtransport;
    if (!dial) return;
    const link = this.owner.newLink(this.relay(this.dials));
    this.dials++;
    this.pending.add(link);
    this.backoff.dialled(now);
    try {
      link.opened(await dial(link.relay, link, new AbortController().signal), performance.now());
    } catch {
      this.backoff.failed(performance.now());
      return;
    } finally {
      this.pending.delete(link);
    }
    this.backoff.answer(performance.now());
    // One that comes too late was let finish, because a handshake given up counts as failed; see backoff.ts.
    this.owner.opened(link);
  }

  private async dialSocket(now: number): Promise<void> {
    const dial = this.world.websocket;
    if (!dial) return;
    const link = this.owner.newLink(this.relay(this.home ? 0 : this.socketDials));
    const socket = new AbortController();
    const timer = setTimeout(() => socket.abort(), socketPatience);
    this.socketDials++;
    this.sockets.add(socket);
    this.socketBackoff.dialled(now);
    try {
      link.opened(await dial(link.relay, link, socket.signal), performance.now());
    } catch {
      this.socketBackoff.failed(performance.now());
      return;
    } finally {
      clearTimeout(timer);
      this.sockets.delete(socket);
    }
    this.backoff.answer(performance.now());
    this.owner.opened(link);
  }
}
