import { describe, expect, test } from "vitest";
import { NoiseMaker, NoiseMeter } from "./noise";
import { random } from "./simulation.test-util";

const db = (power: number) => 10 * Math.log10(power);

function power(sound: Float32Array): number {
  return sound.reduce((sum, x) => sum + x * x, 0) / sound.length;
}

/** Noise of a hall: white, through a one-pole low pass. */
function hall(seconds: number, dBov: number, pole: number): Float32Array {
  const r = random(4);
  let y = 0;
  const sound = Float32Array.from({ length: seconds * 48_000 }, () => {
    y = pole * y + (r() - 0.5);
    return y;
  });
  const gain = Math.sqrt(10 ** (dBov / 10) / power(sound));
  return sound.map((x) => x * gain);
}

function learnt(sound: Float32Array, frame = 960): NoiseMeter {
  const meter = new NoiseMeter();
  for (let i = 0; i + frame <= sound.length; i += frame) meter.learn(sound.subarray(i, i + frame));
  return meter;
}

function made(meter: NoiseMeter, samples: number): Float32Array {
  const maker = new NoiseMaker();
  maker.shape = meter.shape;
  return Float32Array.from({ length: samples }, () => maker.next());
}

/** Power of the difference of neighbours beside the power: 2 for white noise, less for dark noise. */
function brightness(sound: Float32Array): number {
  return power(sound.map((x, i) => x - sound[Math.max(0, i - 1)])) / power(sound);
}

describe("comfort noise", () => {
  test.each([
    [-50, 0],
    [-45, 0.6],
    [-60, 0.9],
    [-55, 0.98],
  ])("has the level and the colour of the hall: %i dBov, pole %f", (level, pole) => {
    const sound = hall(0.3, level, pole); // as much as a hangover
    for (const frame of [960, 1920]) {
      const out = made(learnt(sound, frame), 48_000);
      expect(Math.abs(db(power(out)) - db(power(sound)))).toBeLessThan(2);
      expect(brightness(out) / brightness(sound)).toBeGreaterThan(0.7);
      expect(brightness(out) / brightness(sound)).toBeLessThan(1.4);
    }
  });

  test("is nothing where nothing was learnt, or nobody would hear it", () => {
    const out = made(new NoiseMeter(), 480);
    expect(out.every((x) => x === 0)).toBe(true);
    expect(learnt(hall(0.3, -80, 0)).shape).toBeUndefined();
    expect(learnt(new Float32Array(9600)).shape).toBeUndefined();
    const meter = learnt(hall(0.3, -50, 0));
    meter.reset();
    expect(meter.shape).toBeUndefined();
  });

  test("is never loud, whatever frames that claim to be silent hold", () => {
    expect(db(power(made(learnt(hall(0.3, -6, 0.5)), 48_000)))).toBeLessThan(-34);
    const tone = Float32Array.from({ length: 9600 }, (_, i) => Math.sin(i / 20));
    const out = made(learnt(tone), 480_000);
    expect(db(power(out))).toBeLessThan(-30);
    expect(out.every((x) => Math.abs(x) < 0.3)).toBe(true);
  });

  test("follows the hall within a hangover", () => {
    const meter = learnt(hall(0.3, -45, 0.5));
    const later = hall(0.3, -60, 0.5);
    for (let i = 0; i < later.length; i += 960) meter.learn(later.subarray(i, i + 960));
    expect(db(power(made(meter, 48_000)))).toBeLessThan(-55);
  });
});
