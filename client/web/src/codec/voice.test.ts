// From packets to the loudspeaker's samples: jitter buffer, a decoder's stand-in, comfort noise, ring, mixer, in virtual time.
// The stand-in plays a tone whose phase is that of the capture time.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ReceivedFrame } from "./frame";
import { Mixer } from "./mixer";
import { random } from "./simulation.test-util";
import { Voice } from "./voice";

const quantum = 128;
const hertz = 263; // no whole number of periods in a frame: sound that is left out or put in clicks
const loud = 0.3;
const background = 10 ** (-52 / 20);

/** Decodes what frame() packs, conceals as libopus does: the sound goes on. */
class Decoder {
  state = "configured";
  #end = 0; // samples since 0
  #quiet = false;
  #r = random(3);
  constructor(private readonly events: { output(data: unknown): void }) {}
  configure(): void {}
  close(): void {
    this.state = "closed";
  }
  decode({ data }: { data: Uint8Array }): void {
    const samples = data[0] === 0x10 ? 1920 : 960;
    if (data.length > 1) {
      this.#quiet = data[1] === 1;
      this.#end = new DataView(data.buffer, data.byteOffset).getUint32(2) * 960;
    }
    const begin = this.#end;
    this.#end += samples;
    const pcm = Float32Array.from({ length: samples }, (_, i) => this.#sample(begin + i));
    this.events.output({
      numberOfFrames: samples,
      copyTo: (to: Float32Array) => to.set(pcm),
      close: () => undefined,
    });
  }
  #sample(t: number): number {
    const hall = background * Math.sqrt(12) * (this.#r() - 0.5);
    return hall + (this.#quiet ? 0 : loud * Math.sin((2 * Math.PI * hertz * t) / 48_000));
  }
}

beforeEach(() => {
  vi.stubGlobal("AudioDecoder", Decoder);
  vi.stubGlobal(
    "EncodedAudioChunk",
    class {
      constructor(init: object) {
        Object.assign(this, init);
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

interface Packet {
  ms: number;
  arrival: number;
  sequence: number;
  length?: 20 | 40;
  layer?: number;
  quiet?: boolean;
}

function frame({ ms, sequence, length = 20, layer = 0, quiet = false }: Packet): ReceivedFrame {
  const payload = new Uint8Array(6);
  payload[0] = length === 20 ? 0x08 : 0x10;
  payload[1] = quiet ? 1 : 0;
  new DataView(payload.buffer).setUint32(2, ms / 20);
  return { publication: 1, layer, sequence, time: ms * 48, level: quiet ? 52 : 128 + 13, payload };
}

/** What the loudspeaker plays until `end` ms. */
function listen(packets: Packet[], end: number, budget = 0, stir?: (voice: Voice, now: number) => void): Float32Array {
  const mixer = new Mixer();
  const out = new Float32Array(Math.ceil((end * 48) / quantum) * quantum);
  const queue = [...packets].sort((a, b) => a.arrival - b.arrival || a.ms - b.ms);
  const voice = new Voice(1, 30, budget, {
    sound: (pcm) => mixer.push(1, pcm),
    noise: (shape) => mixer.setNoise(1, shape),
    failed: (cause) => {
      throw cause;
    },
  });
  voice.openDecoder();
  const pump = (now: number, came: boolean) => {
    for (let step = voice.next(now, came); step; step = voice.next(now, came)) voice.take(step, now);
    const rate = voice.newRate(now);
    if (rate !== undefined) mixer.setRate(1, rate);
  };
  for (let at = 0, n = 0; at < out.length; at += quantum, n++) {
    const now = at / 48;
    while (queue[0]?.arrival <= now) {
      const { arrival } = queue[0];
      if (voice.push(frame(queue.shift() as Packet), arrival) === "kept") pump(now, true);
    }
    if (n % 4 === 0) for (const ring of mixer.report()) voice.reported(ring, now);
    stir?.(voice, now);
    if (n % 2 === 0) pump(now, false);
    mixer.render(out.subarray(at, at + quantum));
  }
  return out;
}

/** Packets of 20 or 40 ms; a share is silent, lost, or late, as the options say. */
function say(from: number, to: number, first = 0, way: (ms: number) => number | undefined = () => 50): Packet[] {
  const packets: Packet[] = [];
  for (let ms = from, sequence = first; ms < to; ms += 20, sequence++) {
    const delay = way(ms);
    if (delay !== undefined) packets.push({ ms, sequence, arrival: ms + 20 + delay });
  }
  return packets;
}

function part(sound: Float32Array, from: number, to: number): Float32Array {
  return sound.subarray(from * 48, to * 48);
}

function level(sound: Float32Array): number {
  return 10 * Math.log10(sound.reduce((sum, x) => sum + x * x, 0) / sound.length + 1e-13);
}

/** Greatest jump between neighbours beside that of the plain sound. */
function click(sound: Float32Array): number {
  let most = 0;
  for (let i = 1; i < sound.length; i++) most = Math.max(most, Math.abs(sound[i] - sound[i - 1]));
  return most / ((2 * Math.PI * hertz * loud) / 48_000 + background * 4);
}

/** A talkspurt of 1 s every 2 s, of which the last 300 ms are background, as the sender's hangover. */
function spurts(until: number, way: (ms: number) => number | undefined): Packet[] {
  const all: Packet[] = [];
  let sequence = 0;
  for (let from = 0; from < until; from += 2000) {
    const spurt = say(from, from + 1300, sequence, way);
    sequence += 65;
    all.push(...spurt.map((p) => ({ ...p, quiet: p.ms >= from + 1000 })));
  }
  return all;
}

describe("the loudspeaker", () => {
  test.each([0, 400])(
    "hears talk, and between talkspurts the hall's noise, without a click (budget %i ms)",
    (budget) => {
      const sound = listen(
        spurts(10_000, () => 50),
        10_000,
        budget,
      );
      const shift = 70 + Math.max(30, budget);
      for (let from = 2000; from + 2000 < 10_000; from += 2000) {
        expect(level(part(sound, from + shift + 50, from + shift + 900))).toBeCloseTo(20 * Math.log10(loud) - 3, 0);
        for (let at = from + shift + 1100; at < from + shift + 1900; at += 100) {
          expect(Math.abs(level(part(sound, at, at + 100)) + 52)).toBeLessThan(2.5);
        }
      }
      expect(click(sound)).toBeLessThan(1.1);
    },
  );

  test("the noise ends by itself some seconds after the last talkspurt, and at once when the microphone is closed", () => {
    const alone = listen(
      spurts(1000, () => 50),
      12_000,
    );
    expect(level(part(alone, 3000, 4000))).toBeGreaterThan(-55);
    expect(level(part(alone, 7500, 8500))).toBeLessThan(-56);
    expect(level(part(alone, 10_000, 12_000))).toBeLessThan(-120);
    let closed = false;
    const muted = listen(
      spurts(1000, () => 50),
      5000,
      0,
      (voice, now) => {
        if (!closed && now > 3000) voice.hush(now);
        closed ||= now > 3000;
      },
    );
    expect(level(part(muted, 3010, 5000))).toBeLessThan(-120);
    let early = false;
    const ahead = listen(
      spurts(1000, () => 50),
      5000,
      800,
      (voice, now) => {
        if (!early && now > 1400) voice.hush(now); // all has come, but half of it is still to be heard
        early ||= now > 1400;
      },
    );
    expect(level(part(ahead, 1000, 1800))).toBeGreaterThan(-20);
    expect(level(part(ahead, 2300, 5000))).toBeLessThan(-120);
  });

  test("an outage fades out within 120 ms, into the hall's noise, and the voice comes back without a click", () => {
    const before = spurts(2000, () => 50);
    const after = say(2000, 9000, 65, (ms) => (ms >= 4000 && ms < 6000 ? undefined : 50));
    const sound = listen([...before, ...after], 8500, 150);
    const gone = 4000 + 70 + 150 + 23;
    expect(level(part(sound, gone, gone + 50))).toBeGreaterThan(-16); // concealed in full
    expect(level(part(sound, gone + 50, gone + 130))).toBeLessThan(-14);
    expect(Math.abs(level(part(sound, gone + 160, gone + 1800)) + 52)).toBeLessThan(2.5);
    expect(level(part(sound, gone + 2050, gone + 2500))).toBeCloseTo(20 * Math.log10(loud) - 3, 0);
    expect(click(sound)).toBeLessThan(1.1);
  });

  test("a voice that stops and begins in the middle of a wave makes no click", () => {
    const packets: Packet[] = [];
    for (let n = 0; n < 12; n++) packets.push(...say(n * 500, n * 500 + 300, n * 15));
    const sound = listen(packets, 5500, 400);
    expect(level(part(sound, 820, 960))).toBeLessThan(-60);
    expect(level(part(sound, 1000, 1250))).toBeCloseTo(20 * Math.log10(loud) - 3, 0);
    expect(click(sound)).toBeLessThan(1.1);
  });

  test("40 % loss, recovered within the budget, layers and frame lengths changing: one unbroken tone", () => {
    const r = random(8);
    const packets: Packet[] = [];
    const next = [0, 0];
    for (let ms = 0; ms < 20_000; ) {
      const layer = Math.floor(ms / 800) % 2;
      const length = layer === 1 ? 20 : 40;
      const late = r() < 0.4 ? r() * (400 - length) : 0;
      packets.push({ ms, length, layer, sequence: next[layer]++, arrival: ms + length + 50 + late });
      ms += length;
    }
    const sound = part(listen(packets, 20_000, 400), 1000, 20_000);
    expect(click(sound)).toBeLessThan(1.1);
    for (let at = 0; at + 20 < 19_000; at += 20) {
      expect(level(part(sound, at, at + 20))).toBeGreaterThan(20 * Math.log10(loud) - 4.5);
    }
  });

  test("a budget that rises and falls in the middle of speech is heard by nobody", () => {
    const packets = say(0, 30_000);
    let moved = 0;
    const sound = listen(packets, 29_000, 150, (voice, now) => {
      if (moved === 0 && now > 5000) voice.buffer.budget = 800;
      if (moved === 0 && now > 5000) moved = 1;
      if (moved === 1 && now > 12_000) voice.buffer.budget = 150;
      if (moved === 1 && now > 12_000) moved = 2;
    });
    const whole = part(sound, 1000, 29_000);
    expect(click(whole)).toBeLessThan(1.15);
    for (let at = 0; at + 20 < 28_000; at += 20) {
      expect(Math.abs(level(part(whole, at, at + 20)) - 20 * Math.log10(loud) + 3)).toBeLessThan(1.5);
    }
  });
});
