import { describe, expect, test } from "vitest";
import { distance } from "./frame";
import { Framer, levelByte, type SoundFrame } from "./framer";
import { random } from "./simulation.test-util";
import { VoiceActivity } from "./vad";

const block = 480;
const r = random(9);

/** Noise of a mean level in dBov. */
function noise(seconds: number, dBov: number): Float32Array {
  const gain = 10 ** (dBov / 20) * Math.sqrt(12);
  return Float32Array.from({ length: seconds * 48_000 }, () => gain * (r() - 0.5));
}

/** Adds syllables: from..to s, 4 a second, the first one swelling from nothing within 60 ms as an m or an s does. */
function speak(sound: Float32Array, from: number, to: number, dBov: number): void {
  const gain = 10 ** (dBov / 20) * 2;
  for (let i = Math.round(from * 48_000); i < to * 48_000; i++) {
    const t = i / 48_000 - from;
    const syllable = t < 0.125 ? Math.min(1, t / 0.06) : 0.55 + 0.45 * Math.cos(2 * Math.PI * 4 * (t - 0.125));
    sound[i] += gain * syllable * (Math.sin(2 * Math.PI * 180 * t) + 0.5 * Math.sin(2 * Math.PI * 540 * t)) * 0.6;
  }
}

function frames(framer: Framer, sound: Float32Array, start = 0): SoundFrame[] {
  const all: SoundFrame[] = [];
  for (let i = 0; i + block <= sound.length; i += block) {
    all.push(...framer.push((start + i) >>> 0, sound.slice(i, i + block)));
  }
  return all;
}

/** From the beginning of the first to the end of the last frame, s. */
function span(all: SoundFrame[]): [number, number] {
  const last = all[all.length - 1];
  return [all[0].time / 48_000, (last.time + last.samples.length) / 48_000];
}

describe("voice activity", () => {
  test("a quiet room sends nothing, a voice is sent from before its first syllable to 0.3 s after its last", () => {
    const sound = noise(6, -65);
    speak(sound, 3, 4, -25);
    const [from, to] = span(frames(new Framer(), sound));
    expect(from).toBeLessThan(3);
    expect(from).toBeGreaterThan(2.85);
    expect(to).toBeGreaterThan(4.2);
    expect(to).toBeLessThan(4.4);
  });

  test.each([-55, -45, -38])(
    "a hall with noise of %i dBov falls silent by itself, and a voice 15 dB above it is heard",
    (hall) => {
      const sound = noise(20, hall);
      speak(sound, 15, 17, hall + 15);
      const all = frames(new Framer(), sound);
      const idle = all.filter((f) => f.time > 5 * 48_000 && f.time < 14.8 * 48_000);
      expect(idle).toHaveLength(0);
      const [from, to] = span(all.filter((f) => f.time > 14.8 * 48_000));
      expect(from).toBeLessThan(15);
      expect(to).toBeGreaterThan(17);
    },
  );

  test("a fan that is switched on is forgotten within 15 s", () => {
    const sound = noise(30, -70);
    sound.set(noise(25, -45), 5 * 48_000);
    expect(span(frames(new Framer(), sound))[1]).toBeLessThan(20);
  });

  test("a long speech is not taken for noise", () => {
    const sound = noise(60, -60);
    speak(sound, 2, 58, -25);
    const all = frames(new Framer(), sound);
    const [from, to] = span(all);
    expect(from).toBeLessThan(2);
    expect(to).toBeGreaterThan(58);
    expect(all.length).toBeGreaterThan((to - from) * 50 - 2); // without a gap
  });

  test("who speaks already when the microphone opens is heard, also after a pause", () => {
    const sound = noise(6, -60);
    speak(sound, 0, 2.9, -22);
    speak(sound, 3.3, 6, -22);
    const all = frames(new Framer(), sound);
    expect(span(all)[0]).toBeLessThan(0.1);
    expect(span(all)[1]).toBeGreaterThan(5.9);
    expect(all.reduce((sum, f) => sum + f.samples.length, 0)).toBeGreaterThan(5.6 * 48_000);
  });

  test("a vowel held for 5 s is not taken for noise", () => {
    const sound = noise(9, -60);
    for (let i = 3 * 48_000; i < 8 * 48_000; i++) sound[i] += 0.1 * Math.sin((2 * Math.PI * 300 * i) / 48_000);
    const [from, to] = span(frames(new Framer(), sound));
    expect(from).toBeLessThan(3);
    expect(to).toBeGreaterThan(8);
  });

  test("a click of 5 ms is no voice, mains hum that begins neither", () => {
    const sound = noise(6, -70);
    for (let i = 0; i < 240; i++) sound[3 * 48_000 + i] += 0.5 * (r() - 0.5);
    const vad = new VoiceActivity();
    let sent = 0;
    for (let i = 0; i + block <= sound.length; i += block) {
      vad.push(sound.subarray(i, i + block));
      if (vad.sending) sent++;
    }
    expect(sent).toBe(0);
    const hum = noise(6, -70);
    for (let i = 3 * 48_000; i < hum.length; i++) hum[i] += 0.0022 * Math.sin((2 * Math.PI * 50 * i) / 48_000); // -56 dBov
    expect(frames(new Framer(), hum)).toHaveLength(0);
  });

  test("digital silence is silence", () => {
    expect(frames(new Framer(), new Float32Array(96_000))).toHaveLength(0);
  });
});

describe("frames", () => {
  const voice = () => {
    const sound = noise(3, -70);
    speak(sound, 1, 2.5, -20);
    return sound;
  };

  test.each([20, 40])("of %i ms follow each other without gap or overlap, on times that are multiples of 960", (ms) => {
    const framer = new Framer();
    framer.frame = ms;
    const sound = voice();
    const all = frames(framer, sound, 4800);
    expect(all.length).toBeGreaterThan(1500 / ms);
    for (const [i, f] of all.entries()) {
      expect(f.samples).toHaveLength(ms * 48);
      expect(f.time % 960).toBe(0);
      if (i > 0) expect(f.time - all[i - 1].time).toBe(ms * 48);
      expect(f.samples).toEqual(sound.slice(f.time - 4800, f.time - 4800 + ms * 48));
    }
  });

  test("begin with voice activity, end without it, and carry the level", () => {
    const all = frames(new Framer(), voice());
    expect(all.slice(0, 20).every((f) => f.level & 128)).toBe(true);
    expect(all.slice(-10).some((f) => f.level & 128)).toBe(false);
    const levels = all.map((f) => -(f.level & 127));
    expect(Math.max(...levels)).toBeGreaterThan(-26);
    expect(Math.max(...levels)).toBeLessThan(-15);
  });

  test("are never glued over a gap in the capture", () => {
    const framer = new Framer();
    const sound = voice();
    const before = frames(framer, sound.slice(0, 1.5 * 48_000));
    const after = frames(framer, sound.slice(1.7 * 48_000), 1.7 * 48_000);
    expect(before.length).toBeGreaterThan(10);
    expect(after.length).toBeGreaterThan(10);
    expect(after[0].time).toBeGreaterThanOrEqual(1.7 * 48_000);
  });

  test("go on when the clock wraps", () => {
    const all = frames(new Framer(), voice(), 2 ** 32 - 1.7 * 48_000);
    for (const [i, f] of all.entries()) if (i > 0) expect(distance(f.time, all[i - 1].time)).toBe(960);
    expect(all.at(-1)?.time).toBeLessThan(48_000 * 2);
  });

  test("change their length at once, without losing a block", () => {
    const framer = new Framer();
    const sound = voice();
    const half = 1.6 * 48_000;
    const all = frames(framer, sound.slice(0, half));
    framer.frame = 40;
    all.push(...frames(framer, sound.slice(half), half));
    for (const [i, f] of all.entries()) if (i > 0) expect(f.time).toBe(all[i - 1].time + all[i - 1].samples.length);
    expect(all[0].samples).toHaveLength(960);
    expect(all.at(-1)?.samples).toHaveLength(1920);
  });
});

test("levels of RFC 6464", () => {
  const full = Float32Array.from({ length: 960 }, (_, i) => (i % 2 ? 1 : -1));
  expect(levelByte(full, true)).toBe(128);
  expect(
    levelByte(
      full.map((x) => x / 10),
      false,
    ),
  ).toBe(20);
  expect(levelByte(new Float32Array(960), false)).toBe(127);
});

test("frames begin on the 20 ms grid, wherever the voice begins", () => {
  for (const shift of [0, 480, 960, 1440]) {
    const sound = noise(4, -70);
    for (let i = 2 * 48_000 + shift; i < 3 * 48_000; i++) sound[i] += 0.1 * Math.sin((2 * Math.PI * 300 * i) / 48_000);
    const out = frames(new Framer(), sound);
    expect(out.length).toBeGreaterThan(40);
    for (const f of out) expect(f.time % 960).toBe(0);
  }
});
