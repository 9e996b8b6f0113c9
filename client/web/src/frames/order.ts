// Frames of one layer in decoding order. The twin of Go's transport/frames/order.go.

import { distance } from "../codec/frame";
import type { Frame } from "./frame";

const mostHeld = 32; // frames
const mostBytes = 1 << 20;
const patience = 1000; // ms that frames wait for one they need
const remembered = 64; // sequences that came out
const restart = 1000; // sequences by which a key frame may be behind before it counts as a new beginning

/** Frames of one layer of one publication in decoding order: one comes out when what it needs came out, and none behind a later one. Upper temporal layers may be missing. */
export class Order {
  private last: number | undefined; // that came out
  private held: Frame[] = []; // by their sequences
  private since = 0; // when the first was held, or the last came out
  private broke = false; // what comes next was lost for certain
  private readonly out: (number | undefined)[] = new Array(remembered).fill(undefined);

  /** Takes a frame, and returns those that can be decoded now, in order. */
  push(frame: Frame, now: number): Frame[] {
    const ahead = this.last === undefined ? 1 : distance(frame.sequence, this.last);
    if (ahead <= 0 && !(frame.key && ahead < -restart)) return [];
    if (ahead <= 0) this.held = [];
    this.hold(frame, now);
    const ready: Frame[] = [];
    for (let next = this.next(); next; next = this.next()) {
      ready.push(next);
      this.passed(next, now);
    }
    return ready;
  }

  /** What came out could not be decoded: nothing comes out before a key frame. */
  lose(): void {
    this.broke = true;
    this.held = this.held.filter(({ key }) => key);
    this.out.fill(undefined);
  }

  /** Whether frames wait in vain for what they need: a key frame is to be asked for. */
  broken(now: number): boolean {
    return this.held.length > 0 && (this.broke || now - this.since >= patience);
  }

  private hold(frame: Frame, now: number): void {
    const bytes = this.held.reduce((sum, { payload }) => sum + payload.length, frame.payload.length);
    if (this.held.length >= mostHeld || bytes > mostBytes) this.lose();
    if (this.held.length === 0) this.since = now;
    const later = this.held.findIndex(({ sequence }) => distance(sequence, frame.sequence) >= 0);
    const at = later < 0 ? this.held.length : later;
    if (this.held[at]?.sequence !== frame.sequence) this.held.splice(at, 0, frame);
  }

  private next(): Frame | undefined {
    return this.held.find(({ key, sequence, back }) => {
      const needs = (sequence - back) >>> 0;
      return key || this.out[needs % remembered] === needs;
    });
  }

  private passed(frame: Frame, now: number): void {
    this.last = frame.sequence;
    this.out[frame.sequence % remembered] = frame.sequence;
    this.held = this.held.filter(({ sequence }) => distance(sequence, frame.sequence) > 0);
    this.since = now;
    if (frame.key) this.broke = false;
  }
}
