// Virtual time for the tests of hop 11: a talker, a line and a ring around a JitterBuffer.

import { JitterBuffer, type Step } from "./jitter";

/** A packet on its way: capture time, arrival and length in ms; lost packets are not in the list. */
export interface Sent {
  ms: number;
  arrival: number;
  sequence: number;
  length?: 20 | 40; // 20 if not given
  layer?: number; // 0 if not given
  quiet?: boolean; // no voice activity
}

/** One stretch of the ring: what was played from when, with which delay behind its capture. */
export interface Played {
  at: number; // ms, when its first sample is heard
  kind: Step["kind"];
  delay: number; // at - capture time; NaN if it is not a packet
  ms: number; // length
  missing: number; // ms that the buffer says were lost before it
}

export interface Simulation {
  played: Played[];
  stretched: number; // ms that the playing speed put in or took out
  starved: number; // ms of an empty ring although something had to be played
  sped: number[]; // all playing speeds
}

/** How the world differs from the plain one. */
export interface World {
  buffer?: JitterBuffer;
  sequence?: number; // of packet 0
  time?: number; // u32 at 0 ms
  ppm?: number; // by which the loudspeaker is too fast
  budget?: [at: number, ms: number][]; // that the relay announces, in order
  tardy?: () => number; // ms by which a timer comes late
}

const toc = { 20: 0x78, 40: 0x10 }; // hybrid, SILK
const quantum = 10.67; // ms between reports

/** Packets of a talker from `from` to `to` ms; delay(i, ms) is the way of the i-th, undefined = lost. */
export function talk(
  from: number,
  to: number,
  delay: (i: number, ms: number) => number | undefined,
  first = 0,
  length: 20 | 40 = 20,
): Sent[] {
  const sent: Sent[] = [];
  for (let ms = from, i = first; ms < to; ms += length, i++) {
    const way = delay(i, ms);
    if (way !== undefined) sent.push({ ms, arrival: ms + length + way, sequence: i, length });
  }
  return sent;
}

/** Plays what arrives until `end` ms. */
export function play(sent: Sent[], end: number, buffer = new JitterBuffer()): Played[] {
  return simulate(sent, end, { buffer }).played;
}

/** Plays what arrives until `end` ms in a world, event by event: packets, the worklet's reports, the buffer's timer. */
export function simulate(sent: Sent[], end: number, world: World = {}): Simulation {
  const { buffer = new JitterBuffer(), budget = [], tardy = () => 1, ppm = 0 } = world;
  const queue = [...sent].sort((a, b) => a.arrival - b.arrival || a.ms - b.ms);
  const announced = [...budget];
  const all: Simulation = { played: [], stretched: 0, starved: 0, sped: [] };
  const never = Number.POSITIVE_INFINITY;
  let clock = 0;
  let ring = 0; // ms
  let rate = 1;
  let report = quantum;
  let wake = never;
  let head = 0;
  const run = (to: number) => {
    const speed = rate * (1 + ppm / 1e6);
    const pulled = (to - clock) * speed;
    if (buffer.playing) all.starved += Math.max(0, pulled - ring) / speed;
    all.stretched += Math.abs(rate - 1) * Math.min(pulled, ring);
    ring = Math.max(0, ring - pulled);
    clock = to;
  };
  const pump = (came: boolean) => {
    for (let step = buffer.next(clock, ring, came); step; step = buffer.next(clock, ring, came)) {
      const at = clock + ring / rate;
      const heard = step.kind === "decode" ? step.frame.time + step.skip - (world.time ?? 0) : Number.NaN;
      const missing = step.kind === "decode" ? step.missing : 0;
      const delay = at - (heard | 0) / 48;
      all.played.push({
        at,
        kind: step.kind,
        delay: step.kind === "decode" ? delay : Number.NaN,
        ms: step.samples / 48,
        missing,
      });
      ring += step.samples / 48;
    }
    rate = buffer.rate(clock, ring);
    all.sped.push(rate);
    const wait = buffer.wait(ring) ?? never;
    wake = wait < 12 ? clock + wait + tardy() : never;
  };
  for (;;) {
    const arrival = head < queue.length ? queue[head].arrival : never;
    const now = Math.min(arrival, report, wake, announced[0]?.[0] ?? never);
    if (now >= end) return all;
    const sounded = ring > 0;
    run(Math.max(clock, now));
    if (now === announced[0]?.[0]) buffer.budget = (announced.shift() as [number, number])[1];
    else if (now === arrival) {
      if (buffer.push(packet(queue[head++], world), arrival) === "kept") pump(true);
    } else {
      if (now === report) report += quantum;
      else wake = never;
      if (sounded || buffer.wait(ring) !== undefined) pump(false); // an empty ring does not report, but that it ran empty
    }
  }
}

function packet({ ms, sequence, length = 20, layer = 0, quiet }: Sent, world: World) {
  return {
    publication: 1,
    layer,
    sequence: (sequence + (world.sequence ?? 0)) >>> 0,
    time: (ms * 48 + (world.time ?? 0)) >>> 0,
    level: quiet ? 60 : 200,
    payload: Uint8Array.of(toc[length], 1, 2),
  };
}

export function decoded(played: Played[], from = 0, to = Number.POSITIVE_INFINITY): Played[] {
  return played.filter((p) => p.kind === "decode" && p.at >= from && p.at < to);
}

/** ms of concealment that began in from..to. */
export function concealed(played: Played[], from = 0, to = Number.POSITIVE_INFINITY): number {
  return played.filter((p) => p.kind === "conceal" && p.at >= from && p.at < to).reduce((sum, p) => sum + p.ms, 0);
}

/** The delays of the packets heard in from..to ms, least and most. */
export function delays(played: Played[], from: number, to: number): [number, number] {
  const all = decoded(played, from, to).map((p) => p.delay);
  return [Math.min(...all), Math.max(...all)];
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
