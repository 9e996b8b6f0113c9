import { describe, expect, test } from "vitest";
import { random } from "./simulation.test-util";
import { Stretcher } from "./wsola";

const rate48 = 48_000;

function sine(hertz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * rate48 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate48));
}

/** Something like speech: a buzz of gliding pitch with formant-like weights, syllables four times a second, some hiss. */
function speech(seconds: number): Float32Array {
  const r = random(11);
  let phase = 0;
  return Float32Array.from({ length: seconds * rate48 }, (_, i) => {
    const t = i / rate48;
    phase += (2 * Math.PI * (130 + 30 * Math.sin(2 * Math.PI * 0.7 * t))) / rate48;
    const buzz = [0.5, 0.8, 1, 0.6, 0.5, 0.3, 0.2].reduce((sum, a, k) => sum + a * Math.sin((k + 1) * phase), 0);
    const syllable = 0.5 - 0.5 * Math.cos(2 * Math.PI * 4 * t);
    return 0.12 * syllable * buzz + 0.004 * (r() - 0.5);
  });
}

/** Plays all of the sound at a rate in quanta of 128, feeding 20 ms at a time. */
function stretch(sound: Float32Array, rate: number): Float32Array {
  const stretcher = new Stretcher();
  stretcher.rate = rate;
  const out = new Float32Array(sound.length * 2);
  let fed = 0;
  let made = 0;
  for (;;) {
    while (stretcher.length < 2880 && fed < sound.length) {
      stretcher.push(sound.subarray(fed, fed + 960));
      fed += 960;
    }
    const got = stretcher.pull(out.subarray(made, made + 128));
    if (got === 0) return out.subarray(0, made);
    made += got;
  }
}

/** Frequency by rising zero crossings. */
function pitch(sound: Float32Array): number {
  let first = 0;
  let last = 0;
  let count = -1;
  for (let i = 1; i < sound.length; i++) {
    if (sound[i - 1] >= 0 || sound[i] < 0) continue;
    last = i - sound[i] / (sound[i] - sound[i - 1]);
    if (count++ < 0) first = last;
  }
  return (count * rate48) / (last - first);
}

function steepest(sound: Float32Array): number {
  let most = 0;
  for (let i = 1; i < sound.length; i++) most = Math.max(most, Math.abs(sound[i] - sound[i - 1]));
  return most;
}

/** Greatest of the fourth difference: a jump in the sound or its slope stands out in it. */
function roughest(sound: Float32Array): number {
  let most = 0;
  for (let i = 4; i < sound.length; i++) {
    const d = sound[i] - 4 * sound[i - 1] + 6 * sound[i - 2] - 4 * sound[i - 3] + sound[i - 4];
    most = Math.max(most, Math.abs(d));
  }
  return most;
}

function power(sound: Float32Array): number {
  return sound.reduce((sum, x) => sum + x * x, 0) / sound.length;
}

const rates = [0.75, 0.9, 1.1, 1.25];

describe("Stretcher", () => {
  test("at rate 1 every sample is as it was", () => {
    const sound = speech(1);
    expect(stretch(sound, 1)).toEqual(sound);
  });

  test.each(rates)("at rate %f the length is right", (rate) => {
    const sound = sine(440, 4);
    expect((stretch(sound, rate).length * rate) / sound.length).toBeGreaterThan(0.98);
    expect((stretch(sound, rate).length * rate) / sound.length).toBeLessThan(1.02);
    // In pauses twice as much is cut out or put in.
    const spoken = 1 / (stretch(speech(4), rate).length / speech(4).length) - 1;
    expect(spoken / (rate - 1)).toBeGreaterThan(0.98);
    expect(spoken / (rate - 1)).toBeLessThan(1.4);
  });

  test.each(rates)("at rate %f pauses take twice the change, and it is accounted for", (rate) => {
    const sound = new Float32Array(4 * rate48);
    sound.set(sine(220, 1), 0);
    sound.set(sine(220, 1), 3 * rate48);
    const stretcher = new Stretcher();
    stretcher.rate = rate;
    const gaps: number[] = [];
    const out = new Float32Array(128);
    for (let fed = 0, silent = 0; fed < sound.length; ) {
      for (; stretcher.length < 2880 && fed < sound.length; fed += 480) stretcher.push(sound.subarray(fed, fed + 480));
      stretcher.pull(out);
      silent = out.every((x) => Math.abs(x) < 1e-3) ? silent + 128 : 0;
      if (silent > 0) gaps[0] = Math.max(gaps[0] ?? 0, silent);
    }
    const long = gaps[0] / rate48; // of 2 s
    expect((2 / long - 1) / (rate - 1)).toBeGreaterThan(1.8);
    expect((2 / long - 1) / (rate - 1)).toBeLessThan(2.2);
    expect(stretcher.stretched / rate48).toBeGreaterThan(Math.abs(long - 2) * 0.95);
    expect(stretcher.stretched / rate48).toBeLessThan(Math.abs(long - 2) + 2.2 * Math.abs(1 - rate) * 1.4);
  });

  test.each(rates)("at rate %f pitch and power stay and nothing clicks", (rate) => {
    for (const hertz of [90, 220, 440, 1000]) {
      const sound = sine(hertz, 3);
      const out = stretch(sound, rate);
      expect(pitch(out) / hertz).toBeCloseTo(1, 2);
      expect(power(out) / power(sound)).toBeCloseTo(1, 1);
      expect(steepest(out)).toBeLessThan(steepest(sound) * 1.15);
    }
  });

  test.each(rates)("at rate %f speech keeps its power and is no rougher", (rate) => {
    const sound = speech(4);
    const out = stretch(sound, rate);
    // Louder or softer on the whole only because of the pauses that are shorter or longer.
    const energy = power(out) * out.length * rate;
    expect(energy / (power(sound) * sound.length)).toBeGreaterThan(0.9);
    expect(energy / (power(sound) * sound.length)).toBeLessThan(1.1);
    expect(roughest(out)).toBeLessThan(roughest(sound) * 1.3);
  });

  test("noise keeps its power although nothing in it is alike", () => {
    const r = random(2);
    const noise = Float32Array.from({ length: 2 * rate48 }, () => 0.4 * (r() - 0.5));
    for (const rate of rates) expect(power(stretch(noise, rate)) / power(noise)).toBeCloseTo(1, 1);
  });

  test("playing faster leaves enough in the ring, playing slower needs little", () => {
    const fast = new Stretcher();
    fast.rate = 1.25;
    const sound = speech(2);
    const out = new Float32Array(128);
    let least = Number.POSITIVE_INFINITY;
    for (let fed = 0; fed < sound.length; ) {
      for (; fast.length < 1300 && fed < sound.length; fed += 96) fast.push(sound.subarray(fed, fed + 96));
      fast.pull(out);
      least = Math.min(least, fast.length);
    }
    expect(least).toBeGreaterThanOrEqual(960);
    const slow = new Stretcher();
    slow.rate = 0.75;
    slow.push(speech(0.4));
    let made = 0;
    for (let got = 128; got > 0; made += got) got = slow.pull(out);
    expect(made).toBeGreaterThan(0.48 * rate48);
  });

  test("too much sound drops the oldest", () => {
    const stretcher = new Stretcher();
    const ramp = Float32Array.from({ length: 100_000 }, (_, i) => i / 100_000);
    for (let i = 0; i < ramp.length; i += 1000) stretcher.push(ramp.subarray(i, i + 1000));
    expect(stretcher.length).toBeLessThan(65_536);
    const out = new Float32Array(128);
    stretcher.pull(out);
    expect(out[0]).toBeCloseTo((100_000 - 64_816) / 100_000, 3);
  });
});
