import { describe, expect, test } from "vitest";
import { Mixer } from "./mixer";

function sine(hertz: number, samples: number, gain = 0.5): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => gain * Math.sin((2 * Math.PI * hertz * i) / 48_000));
}

/** Renders until nothing plays any more. */
function drain(mixer: Mixer): Float32Array {
  const all: number[] = [];
  for (;;) {
    const out = new Float32Array(128);
    if (!mixer.render(out)) return Float32Array.from(all);
    all.push(...out);
  }
}

function steepest(sound: Float32Array): number {
  return sound.reduce((most, x, i) => Math.max(most, Math.abs(x - (i > 0 ? sound[i - 1] : 0))), 0);
}

describe("Mixer", () => {
  test("nothing to play costs nothing and gives silence", () => {
    const mixer = new Mixer();
    const out = new Float32Array(128);
    expect(mixer.render(out)).toBe(false);
    expect(mixer.report()).toEqual([]);
    expect(out.every((x) => x === 0)).toBe(true);
  });

  test("a voice that stops in the middle of a wave fades in and out without a click", () => {
    const mixer = new Mixer();
    const sound = sine(300, 4813);
    mixer.push(1, sound);
    const out = drain(mixer);
    expect(out.length).toBeGreaterThanOrEqual(4813);
    expect(steepest(out)).toBeLessThan(steepest(sound) * 1.2);
    expect(out.subarray(1000, 4000)).toEqual(sound.subarray(1000, 4000));
  });

  test("voices are added, and reported with what they hold and what they got", () => {
    const mixer = new Mixer();
    mixer.push(1, sine(300, 4800, 0.2));
    mixer.push(2, sine(500, 2400, 0.2));
    mixer.push(2, sine(500, 2400, 0.2));
    const out = new Float32Array(480);
    expect(mixer.render(out)).toBe(true);
    const ring = { length: 4320, received: 4800, stretched: 0 };
    expect(mixer.report()).toEqual([
      { voice: 1, ...ring },
      { voice: 2, ...ring },
    ]);
    expect(out[400]).toBeCloseTo(sine(300, 401, 0.2)[400] + sine(500, 401, 0.2)[400], 5);
    mixer.remove(1);
    expect(mixer.report()).toEqual([{ voice: 2, ...ring }]);
  });

  test("three loud voices are turned down, not clipped, and the gain comes back", () => {
    const mixer = new Mixer();
    for (const voice of [1, 2, 3]) mixer.push(voice, sine(200 * voice, 24_000, 0.7));
    const out = drain(mixer);
    const clipped = out.filter((x) => Math.abs(x) >= 0.999).length;
    expect(clipped / out.length).toBeLessThan(0.002);
    expect(Math.max(...out.subarray(2000, 20_000))).toBeLessThan(0.95);
    const alone = sine(400, 24_000, 0.5);
    mixer.push(1, alone);
    const later = drain(mixer);
    expect(Math.max(...later.subarray(12_000, 20_000))).toBeCloseTo(0.5, 2);
  });

  test("a rate of 1.25 empties the ring a quarter sooner", () => {
    const mixer = new Mixer();
    mixer.push(1, sine(300, 48_000));
    mixer.setRate(1, 1.25);
    const out = drain(mixer);
    expect(out.length).toBeLessThan(48_000 * 0.83);
    expect(steepest(out)).toBeLessThan(steepest(sine(300, 480)) * 1.2);
  });
});
