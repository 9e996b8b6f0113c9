// The sending end of pieces: who goes first, when, and again after a loss. The twin of Go's transport/frames.

import { Flights } from "./flights";
import { Class, maxFrame, type Out } from "./frame";
import { maxPiece, pieceBytes, sensible, stamp } from "./piece";
import { parseReport, type Report } from "./report";
import { Shipment } from "./shipment";

/** Bytes that IPv4, UDP, QUIC and WebTransport add to a piece. */
export const overhead = 55;

const burst = 10; // ms of the rate that may go at once
const retryAfter = 20; // ms, when the path took nothing
const tooLate = 20; // ms beyond half a round trip that a repair has to be there before the deadline
const grace = 200; // ms beyond two round trips that a frame past its deadline waits for word that it arrived
const mostParity = 200; // per cent: more is a trial of the line
const classes = [Class.Now, Class.Main, Class.Side, Class.Ahead];
const most = [4 << 20, 1 << 20, 1 << 20, 8 << 20]; // bytes that wait in each
const never = Number.POSITIVE_INFINITY;

/** Sends frames in pieces. Times are ms of one clock, rates bit/s with all headers. */
export class Sender {
  readonly stats = { pieces: 0, bytes: 0, repairs: 0, delivered: 0, givenUp: 0 };

  private rate = 0;
  private parity = 0; // per cent
  private piece = maxPiece;
  private owed = 0; // parity shards, a fraction: small frames share one
  private tokens = 0; // bytes
  private filled = Number.NEGATIVE_INFINITY;
  private trial = 0; // rate up to which repair fills up what frames leave, so that the relay learns what the line carries
  private room = 0; // bytes of it
  private last: Shipment | undefined; // what is filled up with: the newest that left
  private readonly queues: Shipment[][] = classes.map(() => []); // oldest first
  private readonly flights = new Flights();

  /** send takes the bytes of a piece, or says false: then it is tried again with a later tick. */
  constructor(private readonly send: (piece: Uint8Array<ArrayBuffer>) => boolean) {}

  /** Round trip in ms, smoothed; 0 before the first report. */
  get rtt(): number {
    return this.flights.rtt;
  }

  /** Pieces that were lost. */
  get lost(): number {
    return this.flights.lost;
  }

  /** What pieces may take from now on, 0: nothing; parity in per cent of each frame; bytes of a piece at most, 300 to 1,100; the rate to fill up to. */
  plan(rate: number, parity: number, piece: number, fill = 0): void {
    this.rate = Math.max(rate, 0);
    this.trial = Math.min(Math.max(fill, 0), this.rate);
    this.parity = Math.min(Math.max(parity, 0), mostParity);
    this.piece = piece;
  }

  /** Takes a frame, to be sent with the next ticks. What cannot be sent, or has no room, is given up at once. */
  push(out: Out, now: number): void {
    const { frame, deadline } = out;
    const size = frame.payload.length;
    const possible = size > 0 && size <= maxFrame && sensible(frame);
    const shipment = new Shipment(
      out,
      this.piece,
      (k) => (deadline > 0 ? this.parityOf(k, frame.key) : 0),
      deadline > 0 ? now + deadline : never,
    );
    if (possible && this.admit(out.class, size, deadline > 0)) this.queues[out.class].push(shipment);
    else this.end(shipment, false);
  }

  /** Makes room in a class: what has a deadline pushes its elders out. */
  private admit(of: Class, size: number, pushes: boolean): boolean {
    while (this.backlog(of) + size > most[of]) {
      const oldest = pushes ? this.queues[of].shift() : undefined;
      if (!oldest) return false;
      this.end(oldest, false);
    }
    return true;
  }

  /** Key frames get theirs in whole shards; others share what is less than one. */
  private parityOf(k: number, key: boolean): number {
    const wanted = (k * this.parity) / 100;
    if (key) return Math.ceil(wanted);
    this.owed += wanted;
    const m = Math.floor(this.owed);
    this.owed -= m;
    return m;
  }

  /** Bytes that never left yet, of a class or of all. */
  backlog(of?: Class): number {
    const queues = of === undefined ? this.queues : [this.queues[of]];
    return queues.flat().reduce((sum, shipment) => sum + shipment.unsent, 0);
  }

  /** Gives up what is under way of a layer. */
  drop(publication: number, layer: number): void {
    const of = ({ out: { frame } }: Shipment) => frame.publication === publication && frame.layer === layer;
    for (const shipment of this.queues.flat().filter(of)) this.end(shipment, false);
    this.sweep();
  }

  /** Gives everything up: the line ends. */
  close(): void {
    for (const shipment of this.queues.flat()) this.end(shipment, false);
    this.sweep();
  }

  private end(shipment: Shipment, delivered: boolean): void {
    this.stats[delivered ? "delivered" : "givenUp"]++;
    shipment.end(delivered);
  }

  private sweep(): void {
    for (const of of classes) this.queues[of] = this.queues[of].filter(({ over }) => !over);
    this.flights.sweep();
  }

  /** Takes a report's bytes; undefined if it is malformed. A tick should follow. */
  report(bytes: Uint8Array, now: number): Report | undefined {
    const report = parseReport(bytes);
    if (!report) return undefined;
    this.flights.report(report, now);
    for (const shipment of this.queues.flat()) if (shipment.whole) this.end(shipment, true);
    this.sweep();
    return report;
  }

  /** Sends what is due. Returns when it wants to be called again; infinite: after the next push, plan or report. */
  tick(now: number): number {
    this.expire(now);
    this.fill(now);
    if (this.rate > 0 && now >= this.flights.prodAt) this.prod(now);
    const again = this.flights.silent(now) ? never : this.serve(now);
    const expiry = this.queues.flat().reduce((soonest, { until }) => Math.min(soonest, until), never);
    return Math.min(again, this.flights.prodAt, Math.max(expiry, now + grace));
  }

  private expire(now: number): void {
    const wait = 2 * this.rtt + grace;
    const late = this.queues.flat().filter(({ until, dispatched }) => now >= until + (dispatched ? wait : 0));
    if (late.length === 0) return;
    for (const shipment of late) this.end(shipment, false);
    this.sweep();
  }

  private fill(now: number): void {
    const perMs = this.rate / 8000;
    const depth = Math.max(perMs * burst, 1);
    const elapsed = Math.min(now - this.filled, 1e6);
    this.tokens = Math.min(this.tokens + perMs * elapsed, depth);
    this.room = Math.min(this.room + (this.trial / 8000) * elapsed, Math.max((this.trial / 8000) * burst, 1));
    this.filled = now;
  }

  /** Sends while there are tokens; the last piece may cost more than there are. Returns when there will be more to send. */
  private serve(now: number): number {
    for (let next = this.first(now); next; next = this.first(now)) {
      if (this.rate <= 0 || this.flights.full(this.rate / 8000)) return never;
      if (this.tokens <= 0) return now + Math.max((8000 * -this.tokens) / this.rate, 1);
      const { repairs } = next;
      if (!this.transmit(next, next.take(), now)) {
        next.putBack();
        return now + retryAfter;
      }
      if (repairs) this.stats.repairs++;
    }
    return this.fillUp(now);
  }

  /** Sends repair of what left last, while frames leave room below the trial's rate. */
  private fillUp(now: number): number {
    const { last, trial } = this;
    if (!last || trial <= 0 || this.flights.full(this.rate / 8000)) return never;
    while (this.room > 0) {
      if (this.tokens <= 0) return now + Math.max((8000 * -this.tokens) / this.rate, 1);
      if (!this.transmit(last, last.take(), now)) {
        last.putBack();
        return now + retryAfter;
      }
    }
    return now + Math.max((8000 * -this.room) / trial, 1);
  }

  private first(now: number): Shipment | undefined {
    const arrival = now + this.rtt / 2 + tooLate;
    for (const queue of this.queues) {
      const next = queue.find((shipment) => shipment.owes(now, arrival));
      if (next) return next;
    }
    return undefined;
  }

  private prod(now: number): void {
    const flight = this.flights.prod(now);
    if (flight && this.transmit(flight.shipment, flight.index, now)) flight.shipment.repeat();
  }

  private transmit(shipment: Shipment, index: number, now: number): boolean {
    const { payload, ...head } = shipment.out.frame;
    const shard = shipment.shard(index);
    const number = this.flights.next & 0xffff;
    const bytes = pieceBytes({ number, sent: stamp(now), head, k: shipment.k, index, shard });
    if (!this.send(bytes)) return false;
    const cost = bytes.length + overhead;
    this.flights.left(shipment, index, cost, now);
    this.tokens -= cost;
    this.room -= cost;
    this.last = shipment;
    this.stats.pieces++;
    this.stats.bytes += bytes.length;
    return true;
  }
}
