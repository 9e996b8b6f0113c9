// A session that waits for meetings to ring this site, PROTOCOL.md "Ringing". It has no seat and carries no datagrams; between rings it costs next to nothing.

import type { FromRelay, ToRelay } from "./control";
import { type Dial, dialWebTransport, type Relay, type Session } from "./session";
import { dialWebSocket } from "./websocket";

const answerWithin = 8000; // ms for a handshake and the relay's word
const beatEvery = 50_000; // ms, over a WebSocket: nothing else keeps it
const [pauseFirst, pauseMost] = [2000, 60_000]; // ms between tries

/** A ring. */
export type Ring = Extract<FromRelay, { type: "ring" }>;

/** What an Awaiter tells its owner. */
export interface AwaitEvents {
  waits(waiting: boolean): void; // whether the relay would reach us
  ring(ring: Ring): void;
  refused(reason: { code?: string; vi?: string; en?: string }): void; // for good
}

/** How an Awaiter reaches the world; tests bring their own. */
export interface AwaitWorld {
  dials: readonly Dial[]; // tried in turn
  relays(): readonly Relay[];
  hello(): Promise<Extract<ToRelay, { type: "await" }>>;
}

/** The dials of this browser. */
export const awaitDials: readonly Dial[] =
  "WebTransport" in globalThis ? [dialWebTransport, dialWebSocket] : [dialWebSocket];

/** Keeps a session that waits, until close. */
export class Awaiter {
  private session: Session | undefined;
  private welcome = false; // the relay said that it waits with us
  private tries = 0; // since it last did
  private over = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;

  constructor(
    private readonly world: AwaitWorld,
    private readonly events: AwaitEvents,
  ) {
    void this.dial();
  }

  /** Says that somebody has seen the ring of a meeting. */
  answer(meeting: string): void {
    this.session?.tell({ type: "answer", meeting });
  }

  /** The network may be back: no need to wait for the next try. */
  hurry(): void {
    if (!this.welcome && !this.over) this.again(0);
  }

  close(): void {
    this.over = true;
    this.drop();
    clearTimeout(this.timer);
  }

  private async dial(): Promise<void> {
    const attempt = ++this.attempt;
    const { dials } = this.world;
    const relays = this.world.relays();
    const relay = relays[Math.floor(this.tries / dials.length) % relays.length];
    const dial = dials[this.tries % dials.length];
    this.tries++;
    const abort = new AbortController();
    const mine = () => attempt === this.attempt && !this.over;
    const failed = () => {
      abort.abort();
      if (mine()) this.lost();
    };
    clearTimeout(this.timer);
    this.timer = setTimeout(failed, answerWithin);
    try {
      const hello = await this.world.hello();
      const session = await dial(
        relay,
        {
          message: (message) => mine() && this.take(message),
          datagram: () => undefined,
          ready: () => undefined,
          closed: failed,
        },
        abort.signal,
      );
      if (!mine()) return session.close();
      this.session = session;
      session.tell(hello);
    } catch {
      failed();
    }
  }

  private take(message: FromRelay): void {
    if (message.type === "awaiting") this.waits();
    else if (message.type === "ring") this.events.ring(message);
    else if (message.type !== "bye") return;
    else if (message.again) this.lost();
    else {
      this.close();
      this.events.refused(message);
    }
  }

  private waits(): void {
    clearTimeout(this.timer);
    this.tries = Math.max(0, this.tries - 1) % this.world.dials.length; // what worked is tried first the next time
    this.welcome = true;
    this.events.waits(true);
    if (this.session?.kind === "websocket") {
      clearInterval(this.beat);
      this.beat = setInterval(() => this.session?.tell({ type: "beat" }), beatEvery);
    }
  }

  private lost(): void {
    const failures = this.welcome ? 0 : this.tries;
    this.drop();
    this.again(Math.min(pauseMost, pauseFirst * 2 ** Math.min(10, Math.floor(failures / 2))));
  }

  private again(after: number): void {
    clearTimeout(this.timer);
    this.attempt++;
    this.timer = setTimeout(() => void this.dial(), after);
  }

  private drop(): void {
    clearInterval(this.beat);
    this.session?.close();
    this.session = undefined;
    if (this.welcome) this.events.waits(false);
    this.welcome = false;
  }
}
