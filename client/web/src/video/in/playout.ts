// When a picture is due: evenly as it was captured, and with the voice if that is heard later.

import { distance } from "../../codec/frame";

const never = Number.NEGATIVE_INFINITY;
const window = 5000; // ms, of two of which the fastest frame's way is known
const remembered = 64; // frames whose lateness counts
const covered = 0.95; // share of them that is to come in time
const cover = 5; // ms
const most = 120; // ms that pictures are held back for evenness,
const fall = 0.01; // ms of it given back each ms
const mostSync = 600; // ms beyond that, for the lips
const deadband = 40; // ms that nobody sees
const speed = 0.1; // ms of delay for the lips that come or go each ms,
const mute = 0.01; // and go while the voice is silent

/** The playout of one source's pictures. Times of frames are u32 at 48 kHz, all others ms of one clock. */
export class Playout {
  target = 0; // ms that frames are held back beyond the fastest one's way
  private last: { time: number; ms: number; at: number } | undefined;
  private bases = { since: never, now: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY }; // ways of the fastest frames
  private late: number[] = [];
  private sync = 0; // ms, for the lips

  /** Counts a frame that came. @param heard when its sound is heard, if it is. */
  add(time: number, arrival: number, heard?: number): void {
    const elapsed = this.last ? Math.min(Math.max(arrival - this.last.at, 0), 200) : 0;
    const ms = this.ms(time);
    if (!this.last || ms > this.last.ms) this.last = { time, ms, at: arrival };
    this.measure(arrival - ms, arrival);
    this.late = [...this.late, arrival - ms - this.base].slice(-remembered);
    const sorted = [...this.late].sort((a, b) => a - b);
    const wanted = Math.min(sorted[Math.floor(covered * (sorted.length - 1))] + cover, most);
    this.target = Math.max(wanted, this.target - fall * elapsed);
    this.follow(heard === undefined ? undefined : heard - this.plain(time), elapsed);
  }

  /** When a frame is due. */
  due(time: number): number {
    return this.plain(time) + this.sync;
  }

  private plain(time: number): number {
    return this.base + this.ms(time) + this.target;
  }

  private get base(): number {
    return Math.min(this.bases.now, this.bases.before);
  }

  private ms(time: number): number {
    return this.last ? this.last.ms + distance(time, this.last.time) / 48 : 0;
  }

  private measure(way: number, now: number): void {
    if (now - this.bases.since > window) {
      const gone = now - this.bases.since > 2 * window;
      this.bases = { since: now, now: way, before: gone ? Number.POSITIVE_INFINITY : this.bases.now };
    }
    this.bases.now = Math.min(this.bases.now, way);
  }

  /** Moves towards the voice, so slowly that no picture stands still for it. */
  private follow(behind: number | undefined, elapsed: number): void {
    const wanted = Math.min(Math.max(behind || 0, 0), mostSync);
    if (behind !== undefined && Math.abs(wanted - this.sync) < deadband) return;
    const step = elapsed * (behind === undefined ? mute : speed);
    this.sync += Math.min(Math.max(wanted - this.sync, -step), step);
  }
}
