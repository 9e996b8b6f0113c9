// The sending end of pieces: who goes first, when, and again after a loss. The twin of Go's transport/frames.

import { Class, maxFrame, type Out } from "./frame";
import { type Piece, pieceBytes, sensible, stamp } from "./piece";
import { parseReport, type Report } from "./report";
import { Shipment } from "./shipment";

/** Bytes that IPv4, UDP, QUIC and WebTransport add to a piece. */
const overhead = 55;

const burst = 20; // ms of the rate that may go at once,
const leastBurst = 1200; // bytes of it at least
const reordered = 3; // later pieces that came before one counts as lost,
const slack = 40; // or ms beyond the round trip
const forgotten = 500; // ms beyond two round trips after which a piece that no report names any more counts as lost
const leastWait = 400; // ms without a report,
const waitTrips = 3; // or so many round trips, after which a piece is repeated
const mostWait = 3200; // ms between repetitions
const silence = 1000; // ms without a report beyond that wait: then nothing else leaves
const mostFlights = 1024;
const most: Record<Class, number> = {
  [Class.Now]: 4 << 20, // bytes that wait
  [Class.Main]: 1 << 20,
  [Class.Side]: 1 << 20,
  [Class.Ahead]: 8 << 20,
};
const classes = [Class.Now, Class.Main, Class.Side, Class.Ahead];

interface Flight {
  shipment: Shipment;
  index: number;
  at: number;
}

/** Sends frames in pieces. Times are ms of one clock, rates bit/s with all headers. */
export class Sender {
  readonly stats = { pieces: 0, bytes: 0, lost: 0, repairs: 0, delivered: 0, givenUp: 0 };
  rtt = 0; // ms, smoothed; 0 before the first report
  piece = 1100; // bytes of a piece at most

  private rate = 0;
  private parity = 0; // per cent
  private owed = 0; // parity shards, a fraction: small frames share one
  private tokens = 0; // bytes
  private filled = 0;
  private number = 0; // of the next piece
  private readonly queues: Shipment[][] = classes.map(() => []); // oldest first
  private readonly flights = new Map<number, Flight>(); // by number, oldest first
  private heard = Number.NEGATIVE_INFINITY; // the last report, or the first piece that waits for one
  private prods = 0; // since then
  private prodded = 0;

  /** send takes the bytes of a piece, or says false: then it is tried again with the next tick. */
  constructor(private readonly send: (piece: Uint8Array<ArrayBuffer>) => boolean) {}

  /** What pieces may take from now on; parity in per cent of each frame; piece in bytes, 300 to 1,100. */
  plan(rate: number, parity: number, piece: number): void {
    this.rate = Math.max(rate, 0);
    this.parity = Math.min(Math.max(parity, 0), 100);
    this.piece = piece;
  }

  /** Takes a frame to send with the next ticks. One that nobody could take is refused: its done says false. */
  push(out: Out, now: number): void {
    const { frame, deadline } = out;
    const until = deadline > 0 ? now + deadline : Number.POSITIVE_INFINITY;
    const size = frame.payload.length;
    if (size < 1 || size > maxFrame || !sensible(frame) || !this.admit(out.class, size, deadline > 0)) {
      this.stats.givenUp++;
      out.done?.(false);
      return;
    }
    const parity = (k: number) => this.parityOf(k, frame.key);
    this.queues[out.class].push(new Shipment(out, this.piece, parity, until));
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

  /** Key frames get theirs in whole shards, others share what is not whole. */
  private parityOf(k: number, key: boolean): number {
    const wanted = (k * this.parity) / 100;
    const m = key ? Math.ceil(wanted) : Math.max(Math.floor(wanted + this.owed), 0);
    if (!key) this.owed += wanted - m;
    return m;
  }

  /** Bytes that never left yet, of a class or of all. */
  backlog(of?: Class): number {
    const queues = of === undefined ? this.queues : [this.queues[of]];
    return queues.flat().reduce((sum, shipment) => sum + shipment.unsent, 0);
  }

  /** Gives up what is under way of a layer. */
  drop(publication: number, layer: number): void {
    this.remove(({ out: { frame } }) => frame.publication === publication && frame.layer === layer);
  }

  /** Gives everything up: the line ends. */
  close(): void {
    this.remove(() => true);
  }

  private remove(which: (shipment: Shipment) => boolean): void {
    for (const of of classes) {
      const gone = this.queues[of].filter(which);
      this.queues[of] = this.queues[of].filter((shipment) => !gone.includes(shipment));
      for (const shipment of gone) this.end(shipment, false);
    }
  }

  private end(shipment: Shipment, delivered: boolean): void {
    this.stats[delivered ? "delivered" : "givenUp"]++;
    shipment.end(delivered);
  }

  /** Takes a report's bytes; undefined if it is malformed or of pieces that never left. */
  report(bytes: Uint8Array, now: number): Report | undefined {
    const report = parseReport(bytes);
    if (!report) return undefined;
    const highest = this.number - 1 + (((report.highest - this.number + 1) << 16) >> 16);
    if (highest < 0 || highest >= this.number) return undefined;
    this.heard = now;
    this.prods = 0;
    this.measure(this.flights.get(highest), report.hold, now);
    for (const [number, flight] of this.flights) {
      const arrived = arrival(report, highest - number);
      const lost = arrived === false ? this.late(highest - number, now - flight.at) : now - flight.at > this.unheard;
      if (arrived || lost) this.settle(number, flight, arrived === true);
    }
    this.remove1();
    return report;
  }

  private remove1(): void {
    for (const of of classes) this.queues[of] = this.queues[of].filter(({ over }) => !over);
  }

  private get unheard(): number {
    return 2 * this.rtt + forgotten;
  }

  private late(behind: number, age: number): boolean {
    return behind >= reordered || age > this.rtt + slack;
  }

  private measure(flight: Flight | undefined, hold: number, now: number): void {
    if (!flight || hold >= 255) return;
    const rtt = Math.max(now - flight.at - hold, 1);
    this.rtt += (rtt - this.rtt) / (this.rtt === 0 ? 1 : 8);
  }

  private settle(number: number, { shipment, index }: Flight, arrived: boolean): void {
    this.flights.delete(number);
    if (!arrived) this.stats.lost++;
    shipment.settled(index, arrived);
    if (!shipment.over && shipment.whole) this.end(shipment, true);
  }

  /** Sends what is due. Returns when it wants to be called again; infinite: when something is pushed or reported. */
  tick(now: number): number {
    this.expire(now);
    this.fill(now);
    if (this.flights.size === 0) this.heard = now;
    const wait = this.wait;
    const prod = Math.max(this.heard, this.prodded) + wait;
    if (this.flights.size > 0 && now >= prod && !this.prod(now)) return now + burst / 2;
    const mute = this.flights.size > 0 && now - this.heard > Math.max(waitTrips * this.rtt, leastWait) + silence;
    const next = mute ? undefined : this.serve(now);
    return Math.min(next ?? Number.POSITIVE_INFINITY, this.flights.size > 0 ? Math.max(prod, now + 1) : Number.POSITIVE_INFINITY, this.soonest);
  }
}

/** Whether the piece that is so many numbers below the highest arrived; undefined: the report does not tell. */
function arrival({ bitmap }: Report, behind: number): boolean | undefined {
  if (behind <= 0) return behind === 0 ? true : undefined;
  const i = behind - 1;
  return i < 8 * bitmap.length ? ((bitmap[i >> 3] >> (i & 7)) & 1) === 1 : undefined;
}
