// Hop 11: how long to hold a voice back. Pure: capture times and arrivals in, a playout point out.

import { distance } from "./frame";

/** The jitter buffer's bounds: the sound is held 40 ms to 1.2 s beyond the fastest packet's way. */
export const leastTarget = 40;
export const mostTarget = 1200;

const capacity = 1024; // samples of delay that are kept
const memory = 12_000; // ms over which lateness is looked at
const few = 4; // weight that may be later than the target,
const rare = 0.01; // or this share of all
const spikeWeight = 4; // a sudden delay starves everything after it, a packet repaired late is one packet
const spike = 40; // ms of sudden delay
const cover = 30; // ms before its time that sound has to be in the ring (see jitter.ts)
const fall = 0.02; // ms per ms that the playout point sinks: slow down;
const steeper = 0.0001; // more of it per ms of target
const longestFall = 200; // ms of time at once: silence teaches nothing
const bin = 10; // ms
const bins = mostTarget / bin + 1;

interface Last {
  time: number; // u32
  ms: number; // the same, unwrapped, in ms since the first packet
  arrival: number;
  delay: number;
  draining: boolean; // it came out of a queue that empties
}

/**
 * Watches the delay of one voice's packets, arrival minus capture time (the clocks differ, so only differences count).
 * base is the fastest of the last 12 s; the target covers the lateness of all but 1 %. Packets repaired by FEC come late
 * and in disorder and count one by one; a line that stalled delivers in a burst, and that counts as one event: a single
 * stall must not buy 12 s of delay, a second one does.
 */
export class DelayEstimator {
  #at = new Float64Array(capacity);
  #delay = new Float64Array(capacity);
  #weight = new Uint8Array(capacity);
  #count = 0; // ever added
  #last: Last | undefined; // the newest by capture time
  #base = 0;
  #target: number;
  #histogram = new Uint16Array(bins);

  /** @param target ms to begin with: what other voices on the same line need. */
  constructor(target = leastTarget) {
    this.#target = target;
  }

  /** ms to hold a voice back beyond its fastest packet's way. */
  get target(): number {
    return this.#target;
  }

  /** When the sound captured at `time` is due at the loudspeaker, on the arrivals' clock, ms. After the first add(). */
  due(time: number): number {
    return this.#base + this.#ms(time) + this.#target;
  }

  /** Counts a packet, also one too late to play. @param begins it is the first after a silence: pre-roll comes late by design. */
  add(time: number, arrival: number, begins: boolean): void {
    const ms = this.#ms(time);
    const delay = arrival - ms;
    const last = this.#last;
    const newest = !last || distance(time, last.time) > 0;
    // After a sudden delay, or a pre-roll, packets come ever less late: they belong to the same event.
    const draining = begins || !last || (newest && delay < last.delay && last.draining);
    const jumped = newest && !draining && last !== undefined && delay > last.delay + spike;
    const slot = this.#count++ % capacity;
    this.#at[slot] = arrival;
    this.#delay[slot] = delay;
    this.#weight[slot] = draining ? 0 : jumped ? spikeWeight : 1;
    this.#update(arrival, last ? arrival - last.arrival : 0);
    if (newest) this.#last = { time, ms, arrival, delay, draining: draining || jumped };
  }

  #ms(time: number): number {
    return this.#last ? this.#last.ms + distance(time, this.#last.time) / 48 : 0;
  }

  #update(now: number, elapsed: number): void {
    const kept = Math.min(this.#count, capacity);
    let base = Number.POSITIVE_INFINITY;
    for (let i = 0; i < kept; i++) if (now - this.#at[i] <= memory) base = Math.min(base, this.#delay[i]);
    const before = this.#count > 1 ? this.#base : base;
    this.#base = base;
    this.#histogram.fill(0);
    for (let i = 0; i < kept; i++) {
      if (now - this.#at[i] > memory) continue;
      const late = Math.min(Math.ceil((this.#delay[i] - base) / bin), bins - 1);
      this.#histogram[late] += this.#weight[i];
    }
    const wanted = covering(this.#histogram) + cover;
    const sunk = (fall + steeper * this.#target) * Math.min(Math.max(0, elapsed), longestFall);
    // When the base rises because its packet grew old, the target gives way: the playout point stays where it is.
    const lowest = this.#target - sunk - Math.max(0, base - before);
    this.#target = Math.min(Math.max(wanted, lowest, leastTarget), mostTarget);
  }
}

/** The lateness, ms, that all but few or 1 % of the weight keep. */
function covering(histogram: Uint16Array): number {
  let total = 0;
  for (const n of histogram) total += n;
  let later = Math.max(few, total * rare);
  let i = histogram.length - 1;
  while (i > 0 && later >= histogram[i]) later -= histogram[i--];
  return i * bin;
}
