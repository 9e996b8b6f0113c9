// Virtual time for the tests of hop 11: a talker, a line and a ring around a JitterBuffer.

import { JitterBuffer, type Step } from "./jitter";

/** A packet on its way: capture time and arrival in ms; lost packets are not in the list. */
export interface Sent {
  ms: number;
  arrival: number;
  sequence: number;
}

/** One stretch of the ring: what was played from when, with which delay behind its capture. */
export interface Played {
  at: number; // ms, when its first sample is heard
  kind: Step["kind"];
  delay: number; // at - capture time; NaN if it is not a packet
  ms: number; // length
}

const frame = 20;
const toc = 0x78; // hybrid, 20 ms
const quantum = 10.67; // ms between reports

/** Packets of a talker from `from` to `to` ms; delay(i, ms) is the way of the i-th, undefined = lost. */
export function talk(
  from: number,
  to: number,
  delay: (i: number, ms: number) => number | undefined,
  first = 0,
): Sent[] {
  const sent: Sent[] = [];
  for (let ms = from, i = first; ms < to; ms += frame, i++) {
    const way = delay(i, ms);
    if (way !== undefined) sent.push({ ms, arrival: ms + frame + way, sequence: i });
  }
  return sent;
}

/** Plays what arrives until `end` ms. */
export function play(sent: Sent[], end: number, buffer = new JitterBuffer()): Played[] {
  const queue = [...sent].sort((a, b) => a.arrival - b.arrival);
  const played: Played[] = [];
  let ring = 0; // ms
  let rate = 1;
  let clock = 0;
  const run = (to: number) => {
    ring = Math.max(0, ring - (to - clock) * rate);
    clock = to;
  };
  const pump = (came: boolean) => {
    for (let step = buffer.next(clock, ring, came); step; step = buffer.next(clock, ring, came)) {
      const ms = step.samples / 48;
      const capture = step.kind === "decode" ? step.frame.time / 48 : Number.NaN;
      played.push({ at: clock + ring / rate, kind: step.kind, delay: clock + ring / rate - capture, ms });
      ring += ms;
    }
    rate = buffer.rate(clock, ring);
  };
  for (let report = quantum; report < end; report += quantum) {
    while (queue[0]?.arrival <= report) {
      const { ms, arrival, sequence } = queue.shift() as Sent;
      run(Math.max(clock, arrival));
      const payload = Uint8Array.of(toc, 1, 2);
      const packet = { publication: 1, layer: 0, sequence, time: (ms * 48) >>> 0, level: 200, payload };
      if (buffer.push(packet, arrival) === "kept") pump(true);
    }
    const sounded = ring > 0;
    run(report);
    if (sounded) pump(false); // an empty ring does not report, but that it ran empty
  }
  return played;
}

/** A repeatable random number generator, 0..1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
