// Which pieces came, and when the other side is to be told.

import { stamp } from "./piece";
import { maxBitmap, reportBytes } from "./report";

const history = 1024; // numbers that are remembered
const every = 100; // ms between reports while pieces come,
const atLeast = 30; // and when one is urgent
const several = 4; // or so many came
const again = 3; // reports after the last piece while something is missing
const quiet = 150; // ms without a whole frame, after which the next one is told at once
const overlap = 4; // reports whose pieces are told again, should they be lost

/** Notes numbers of pieces and makes reports of them. Times are ms of one clock. */
export class Arrivals {
  private highest = -1; // unwrapped
  private arrival = 0; // of highest
  private came = 0;
  private readonly here = new Uint8Array(history);
  private reported = Number.NEGATIVE_INFINITY;
  private tops: number[] = []; // highest at the last reports
  private pending = 0; // pieces since the last report
  private urgent = false;
  private repeats = 0; // reports since the last piece
  private completed = Number.NEGATIVE_INFINITY; // the last frame

  /** Notes a number, 16 bit; false if it came before or is too old to know. */
  add(number: number, now: number): boolean {
    const n = this.highest < 0 ? number : this.highest + (((number - this.highest) << 16) >> 16);
    if (n < 0 || n <= this.highest - history) return false;
    if (n > this.highest) this.advance(n, now);
    else if (this.here[n % history]) return false;
    this.here[n % history] = 1;
    this.came++;
    this.pending++;
    this.repeats = 0;
    return true;
  }

  private advance(n: number, now: number): void {
    if (this.highest >= 0 && n > this.highest + 1) this.urgent = true;
    for (let i = Math.max(this.highest, n - history) + 1; i < n; i++) this.here[i % history] = 0;
    this.highest = n;
    this.arrival = now;
  }

  /** A frame is whole: on a quiet channel its sender learns it at once. */
  whole(now: number): void {
    if (now - this.completed > quiet) this.urgent = true;
    this.completed = now;
  }

  /** The report that is due, if one is. */
  report(now: number): Uint8Array<ArrayBuffer> | undefined {
    return this.due(now) ? this.make(now) : undefined;
  }

  private due(now: number): boolean {
    const since = now - this.reported;
    if (this.pending > 0) return since >= (this.urgent || this.pending >= several ? atLeast : every);
    return this.highest >= 0 && this.repeats < again && since >= every && this.missing();
  }

  /** Whether something is missing of what a report tells. */
  private missing(): boolean {
    for (let i = 1; i <= this.told(); i++) if (!this.here[(this.highest - i) % history]) return true;
    return false;
  }

  /** How many numbers below the highest a report tells of. */
  private told(): number {
    const from = this.tops[0] ?? -1;
    return Math.min(this.highest, Math.max(this.highest - from, 8), 8 * maxBitmap);
  }

  private make(now: number): Uint8Array<ArrayBuffer> {
    const bits = this.told();
    const bitmap = new Uint8Array((bits + 7) >> 3);
    for (let i = 0; i < Math.min(8 * bitmap.length, this.highest); i++) {
      bitmap[i >> 3] |= this.here[(this.highest - 1 - i) % history] << (i & 7);
    }
    if (this.pending > 0) this.tops = [...this.tops, this.highest].slice(-overlap);
    else this.repeats++;
    this.urgent = false;
    this.pending = 0;
    this.reported = now;
    const [highest, arrival] = [this.highest & 0xffff, stamp(this.arrival)];
    return reportBytes({ highest, arrival, hold: now - this.arrival, count: this.came & 0xffff, keys: 0, bitmap });
  }
}
