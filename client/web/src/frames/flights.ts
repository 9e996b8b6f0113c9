// Pieces of which nothing is known yet.

import type { Report } from "./report";
import type { Shipment } from "./shipment";

const reordered = 3; // later pieces that came before one counts as lost,
const slack = 40; // or ms beyond the round trip
const forgotten = 500; // ms beyond two round trips after which a piece that no report tells of counts as lost
const leastWait = 400; // ms without a report,
const waitTrips = 3; // or so many round trips, after which the newest piece is repeated
const mostDoublings = 3; // of that wait
const leastWindow = 4; // pieces that may be under way,
const windowTime = 250; // or what the rate carries in a round trip and this, ms
const silence = 1500; // ms without a report, beyond that wait, after which nothing else leaves
const unknownHold = 255; // ms

/** One piece. */
interface Flight {
  shipment: Shipment;
  index: number;
  at: number;
  bytes: number; // with headers
}

/** Pieces under way, by their numbers. Times are ms of one clock. */
export class Flights {
  next = 0; // number of the next piece, unwrapped
  rtt = 0; // ms, smoothed; 0 before the first report
  lost = 0;
  private readonly list = new Map<number, Flight>(); // oldest first
  private heard = 0; // the last report, or when the first piece left that waits for one
  private prodded = 0;
  private prods = 0; // since the last report

  /** A piece leaves. */
  left(shipment: Shipment, index: number, bytes: number, now: number): void {
    if (this.list.size === 0) this.heard = now;
    this.list.set(this.next++, { shipment, index, at: now, bytes });
  }

  /** Whether so many bytes are under way that no more should be before a report. @param perMs bytes. */
  full(perMs: number): boolean {
    const bytes = [...this.list.values()].reduce((sum, flight) => sum + flight.bytes, 0);
    return this.list.size >= leastWindow && bytes >= perMs * (this.rtt + windowTime);
  }

  /** Takes a report: tells the shipments what arrived and what was lost. */
  report(report: Report, now: number): void {
    const highest = this.next - 1 + (((report.highest - this.next + 1) << 16) >> 16);
    if (highest < 0 || highest >= this.next || report.count === 0) return;
    this.heard = now;
    this.prods = 0;
    this.measure(this.list.get(highest), report.hold, now);
    for (const [number, flight] of this.list)
      this.judge(number, flight, arrival(report, highest - number), highest, now);
  }

  private judge(number: number, flight: Flight, arrived: boolean | undefined, highest: number, now: number): void {
    const age = now - flight.at;
    const unheard = age > 2 * this.rtt + forgotten;
    const late = arrived === false && (highest - number >= reordered || age > this.rtt + slack);
    if (flight.shipment.over) this.list.delete(number);
    else if (arrived) this.settle(number, flight, true);
    else if (late || (arrived === undefined && unheard && number < highest)) this.settle(number, flight, false);
  }

  private settle(number: number, { shipment, index }: Flight, arrived: boolean): void {
    this.list.delete(number);
    if (!arrived) this.lost++;
    shipment.settled(index, arrived);
  }

  private measure(flight: Flight | undefined, hold: number, now: number): void {
    if (!flight || hold >= unknownHold) return;
    const rtt = Math.max(now - flight.at - hold, 1);
    this.rtt += (rtt - this.rtt) / (this.rtt === 0 ? 1 : 8);
  }

  /** Forgets the pieces of shipments that are over. */
  sweep(): void {
    for (const [number, { shipment }] of this.list) if (shipment.over) this.list.delete(number);
  }

  private get wait(): number {
    return Math.max(waitTrips * this.rtt, leastWait);
  }

  /** When the newest piece is to be repeated, should no report come; infinite if none is under way. */
  get prodAt(): number {
    const wait = this.wait * 2 ** Math.min(this.prods, mostDoublings);
    return this.list.size > 0 ? Math.max(this.heard, this.prodded) + wait : Number.POSITIVE_INFINITY;
  }

  /** The piece to repeat, if one is still worth it; it counts as repeated. */
  prod(now: number): Flight | undefined {
    this.prodded = now;
    this.prods++;
    return [...this.list.values()].filter(({ shipment }) => now < shipment.until).at(-1);
  }

  /** Whether so much is unanswered that nothing more should leave. */
  silent(now: number): boolean {
    return this.list.size > 0 && now - this.heard > this.wait + silence;
  }
}

/** Whether the piece that is so many numbers below the highest arrived; undefined: the report does not tell. */
function arrival({ bitmap }: Report, behind: number): boolean | undefined {
  if (behind <= 0) return behind === 0 ? true : undefined;
  const i = behind - 1;
  return i < 8 * bitmap.length ? ((bitmap[i >> 3] >> (i & 7)) & 1) === 1 : undefined;
}
