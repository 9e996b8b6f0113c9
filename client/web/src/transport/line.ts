// Hops 3 and 10 of a packet's way: one end of a line, a Sender and a Receiver over one path. The twin of Go's transport/line.go.

import { Receiver } from "./receiver";
import { Sender } from "./sender";
import { type Feedback, type Frame, overhead } from "./wire";

const beatEvery = 1000; // ms that a side is silent at most,
const quietAfter = 1200; // but when the other side has been silent for so long,
const knockEvery = 200; // it is asked as often as this, by an empty datagram, which makes it answer
const askEvery = 5000; // ms after which a side that sends no media knocks too, to learn its round trip and its loss
const mostWait = 100; // ms that a frame waits for the browser to take datagrams; later it is worth nothing

/** Where datagrams go. */
export interface Path {
  readonly ready: boolean; // whether the browser takes a datagram now without queueing it
  send(datagram: Uint8Array<ArrayBuffer>): void;
}

/** The state of a line over the last seconds. Rates in kbit/s of IP packets, shares in 0..1, rtt in ms. */
export interface LineState {
  rtt?: number;
  lossDown: number;
  lossUp: number;
  recoveredDown: number;
  kbpsDown: number;
  kbpsUp: number;
}

/** One end of a hop. Times are ms of one clock. Call tick at least every 50 ms. */
export class Line {
  readonly sender = new Sender();
  readonly receiver: Receiver;
  unsent = 0; // frames that waited too long

  private heard: number;
  private said = Number.NEGATIVE_INFINITY;
  private asked: number; // when the last datagram left that is reported on
  private waiting: { frames: Frame[]; since: number }[] = []; // one datagram each

  constructor(
    private readonly path: Path,
    now: number,
  ) {
    this.receiver = new Receiver(now);
    this.heard = now;
    this.asked = now;
  }

  /** Takes a datagram that came, keeps its bytes, and returns its frames. */
  receive(bytes: Uint8Array, now: number): Frame[] {
    this.heard = now;
    const received = this.receiver.receive(bytes, now);
    if (received?.feedback) this.sender.feedback(received.feedback, now);
    return received?.frames ?? [];
  }

  /** Sends frames in one datagram, at once or as soon as the path takes it. */
  send(frames: Frame[], now: number): void {
    this.waiting.push({ frames, since: now });
    this.flush(now);
  }

  /** Sends what waits. Call it when the path is ready again. */
  flush(now: number): void {
    while (this.waiting.length > 0 && now - this.waiting[0].since > mostWait) {
      this.unsent += this.waiting.shift()?.frames.length ?? 0;
    }
    while (this.path.ready) {
      const next = this.waiting.shift();
      if (!next) return;
      this.transmit(next.frames, this.receiver.report(now, true), now);
    }
  }

  /** Sends a datagram without frames if a report or a beat is due. */
  tick(now: number): void {
    this.flush(now);
    if (!this.path.ready) return;
    const quiet = now - this.heard > quietAfter;
    const ask = now - this.asked >= askEvery;
    const report = ask ? undefined : this.receiver.report(now, false);
    if (!report && !ask && now - this.said < (quiet ? knockEvery : beatEvery)) return;
    this.transmit([], report ?? (quiet || ask ? undefined : this.receiver.beat(now)), now);
  }

  private transmit(frames: Frame[], feedback: Feedback | undefined, now: number): void {
    this.said = now;
    if (frames.length > 0 || !feedback) this.asked = now;
    this.path.send(this.sender.datagram(frames, feedback, now));
  }
}

/** Turns the running counts of one line into its state. */
export class LineMeter {
  private samples: { at: number; up: Sender["totals"]; down: Receiver["totals"] }[] = [];

  constructor(private readonly line: Line) {}

  /** Takes the counts now, once a second, and returns the state over the last three. */
  sample(now: number): LineState {
    const { line } = this;
    const latest = { at: now, up: { ...line.sender.totals }, down: { ...line.receiver.totals } };
    this.samples = [...this.samples.slice(-3), latest];
    const first = this.samples[0];
    const { up, down } = latest;
    const seconds = Math.max(now - first.at, 1) / 1000;
    const kbps = (bytes: number, datagrams: number) => (8 * (bytes + overhead * datagrams)) / 1000 / seconds;
    const lost = down.lost - first.down.lost;
    return {
      rtt: line.sender.rtt,
      lossDown: share(lost, down.expected - first.down.expected),
      lossUp: share(up.lost - first.up.lost, up.reported - first.up.reported),
      recoveredDown: share(down.recovered - first.down.recovered, lost),
      kbpsDown: kbps(down.bytes - first.down.bytes, down.datagrams - first.down.datagrams),
      kbpsUp: kbps(up.bytes - first.up.bytes, up.datagrams - first.up.datagrams),
    };
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(Math.max(part / whole, 0), 1) : 0;
}
