// Hop 11: how long to hold a voice back. Pure: capture times and arrivals in, a playout point out.

import { distance } from "./frame";

/** ms before its time that sound has to be on its way to the ring: a timer, the decoder, two messages, a margin. */
export const lead = 18;

/** The bounds of what is held beyond the fastest packet's way when the relay announces no budget, ms. */
export const leastTarget = 30;
export const mostTarget = 1200;

const capacity = 1024; // samples of delay that are kept
const memory = 12_000; // ms of talk over which lateness is looked at,
const recent = 4_000; // and over which the fastest packet is looked for
const stale = 60_000; // ms of silence after which the clocks may have drifted apart
const few = 4; // weight that may be later than the target,
const rare = 0.01; // or this share of all
const spikeWeight = 4; // a sudden delay starves everything after it, a packet repaired late is one packet
const spike = 40; // ms of sudden delay
const cover = lead + 5; // ms beyond the lateness that is to be covered
const twoHops = 800; // ms that two budgets in a row may come to
const fall = 0.04; // ms per ms that the playout point sinks: slow down;
const steeper = 0.0001; // more of it per ms of target
const longestGap = 200; // ms of time at once: silence teaches nothing
const known = 300; // packets from which on a pause may bring the target down to what they need
const bin = 5; // ms
const bins = mostTarget / bin + 1;

interface Last {
  time: number; // u32
  ms: number; // the same, unwrapped, in ms since the first packet
  delay: number;
  draining: boolean; // it came out of a queue that empties
}

/**
 * Watches the delay of one voice's packets, arrival minus capture time (the clocks differ, so only differences count).
 * base is the fastest of the last 4 s of talk. With a budget the target is that budget, as long as no more than 1 % come later;
 * without one it covers the lateness of all but 1 % of the last 12 s. Packets repaired by FEC come late and in disorder and
 * count one by one; a line that stalled delivers in a burst, and that counts as one event: a single stall must not buy 12 s
 * of delay, a second one does.
 */
export class DelayEstimator {
  #at = new Float64Array(capacity); // talk
  #delay = new Float64Array(capacity);
  #late = new Float64Array(capacity); // delay beyond the base of then
  #weight = new Uint8Array(capacity);
  #count = 0; // since the last reset
  #last: Last | undefined; // the newest by capture time
  #arrival = 0; // of the packet that came last
  #talk = 0; // ms of arrivals, without the pauses
  #frame = 20; // ms of the newest packet
  #base = 0;
  #budget: number;
  #target: number;
  #histogram = new Uint16Array(bins);

  /** @param target ms to begin with: what other voices on the same line need. @param budget as in the setter. */
  constructor(target = leastTarget, budget = 0) {
    this.#target = target;
    this.#budget = budget;
    this.#target = Math.max(target, this.#least);
  }

  /** ms to hold a voice back beyond its fastest packet's way. */
  get target(): number {
    return this.#target;
  }

  /** ms from the capture of a packet's first sample to the moment at which it is too late, the fastest packet's way not counted; 0: as little as goes. */
  set budget(ms: number) {
    this.#budget = ms;
    this.#target = Math.max(this.#target, this.#least); // more is needed now, less may take its time
  }

  /** When the sound captured at `time` is due at the loudspeaker, on the arrivals' clock, ms. After the first add(). */
  due(time: number): number {
    return this.#base + this.#ms(time) + this.#target;
  }

  /**
   * Counts a packet, also one too late to play.
   * @param ms its length. @param begins it is the first after a silence: pre-roll comes late by design.
   */
  add(time: number, arrival: number, ms: number, begins: boolean): void {
    const elapsed = this.#last ? Math.max(0, arrival - this.#arrival) : 0;
    if (elapsed > stale) this.#count = 0;
    this.#arrival = Math.max(this.#arrival, arrival);
    const step = Math.min(elapsed, longestGap);
    this.#talk += step;
    this.#keep(time, arrival, ms, begins);
    this.#update(step, begins && this.#count > known);
  }

  #keep(time: number, arrival: number, length: number, begins: boolean): void {
    const ms = this.#ms(time);
    const delay = arrival - ms;
    const last = this.#last;
    const newest = !last || distance(time, last.time) > 0;
    // After a sudden delay, or a pre-roll, packets come ever less late: they belong to the same event.
    const draining = begins || !last || (last.draining && (!newest || delay < last.delay));
    const jumped = newest && !draining && last !== undefined && delay > last.delay + spike;
    const slot = this.#count++ % capacity;
    this.#at[slot] = this.#talk;
    this.#delay[slot] = delay;
    this.#weight[slot] = draining ? 0 : jumped ? spikeWeight : 1;
    if (!newest) return;
    this.#last = { time, ms, delay, draining: draining || jumped };
    this.#frame = length;
  }

  /** What the budget asks for: its first part is the packet's own length, which lies in the way already. */
  get #least(): number {
    return Math.max(leastTarget, this.#budget > 0 ? this.#budget - this.#frame + cover : 0);
  }

  /** A voice that came over two bad hops is late on both: that may be seen in its lateness, but not without end. */
  get #most(): number {
    if (this.#budget === 0) return mostTarget;
    return Math.max(this.#least, Math.min(2 * this.#budget, twoHops) - this.#frame + cover);
  }

  #ms(time: number): number {
    return this.#last ? this.#last.ms + distance(time, this.#last.time) / 48 : 0;
  }

  /** @param step ms of talk since the update before. @param pause nobody hears a change now. */
  #update(step: number, pause: boolean): void {
    const before = this.#count > 1 ? this.#base : this.#fastest();
    this.#base = this.#fastest();
    const slot = (this.#count - 1) % capacity;
    this.#late[slot] = this.#delay[slot] - this.#base;
    const wanted = Math.min(Math.max(this.#lateness() + cover, this.#least), this.#most);
    const sunk = (fall + steeper * this.#target) * step;
    // When the base rises because its packet grew old, the target gives way: the playout point stays where it is.
    const lowest = this.#target - sunk - Math.max(0, this.#base - before);
    this.#target = pause ? wanted : Math.min(Math.max(wanted, lowest), mostTarget);
  }

  /** Whether the n-th sample is there and not older than `age` ms of talk. */
  #knows(n: number, age: number): boolean {
    return n >= 0 && n > this.#count - capacity && this.#talk - this.#at[n % capacity] <= age;
  }

  #fastest(): number {
    let fastest = Number.POSITIVE_INFINITY;
    for (let n = this.#count - 1; this.#knows(n, recent); n--) {
      const delay = this.#delay[n % capacity];
      if (delay < fastest) fastest = delay;
    }
    return fastest;
  }

  /** ms that all but few or 1 % of the weight keep. */
  #lateness(): number {
    const histogram = this.#histogram.fill(0);
    let total = 0;
    for (let n = this.#count - 1; this.#knows(n, memory); n--) {
      const i = n % capacity;
      // By the base of then and by that of now: a way that became longer or shorter is no lateness.
      const late = Math.ceil(Math.min(this.#delay[i] - this.#base, this.#late[i]) / bin);
      histogram[Math.min(Math.max(late, 0), bins - 1)] += this.#weight[i];
      total += this.#weight[i];
    }
    let later = Math.max(few, total * rare);
    let i = bins - 1;
    while (i > 0 && later >= histogram[i]) later -= histogram[i--];
    return i * bin;
  }
}
