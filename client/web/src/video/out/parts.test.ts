// The rules by which pictures are thinned, numbered, sized and refreshed, one by one.

import { describe, expect, test } from "vitest";
import type { LayerPlan } from "../../transport/control";
import { Failures } from "./failures";
import { Load } from "./load";
import { Refresh } from "./refresh";
import { Scale } from "./scale";
import { encoderConfig, mostOf, sizeOf } from "./shape";
import { Sizer } from "./sizer";
import { Stamps } from "./source";
import { Keys, Numbers, Thinner } from "./thin";

const jitter = (i: number) => ((i * 7919) % 9) - 4; // ms, −4 to 4

describe("thinning", () => {
  test.each([
    [30, 20],
    [30, 15],
    [30, 5],
    [30, 30],
    [25, 15],
    [30, 0.5],
    [15, 30], // no more than there are
  ])("%d/s become %d/s, evenly, though cameras are not punctual", (camera, rate) => {
    const thinner = new Thinner();
    const taken: number[] = [];
    for (let i = 0; i < camera * 60; i++) {
      const at = (i * 1000) / camera + jitter(i);
      if (thinner.takes(at, rate)) taken.push(at);
    }
    const wanted = Math.min(camera, rate);
    expect(taken.length / 60 / wanted).toBeGreaterThan(0.97);
    expect(taken.length / 60 / wanted).toBeLessThan(1.04);
    const gaps = taken.slice(1).map((at, i) => at - taken[i]);
    expect(Math.max(...gaps)).toBeLessThan(1000 / wanted + 1000 / camera + 10);
  });

  test("after a pause it does not catch up", () => {
    const thinner = new Thinner();
    thinner.takes(0, 10);
    let taken = 0;
    for (let at = 10_000; at < 11_000; at += 20) if (thinner.takes(at, 10)) taken++;
    expect(taken).toBeLessThanOrEqual(11);
  });
});

describe("numbers", () => {
  const key = { key: true, temporal: 0 };
  test.each([
    { name: "no temporal layers", of: [key, 0, 0, 0], backs: [0, 1, 1, 1] },
    { name: "two", of: [key, 1, 0, 1, 0], backs: [0, 1, 2, 1, 2] },
    { name: "three", of: [key, 2, 1, 2, 0, 2, 1, 2, 0], backs: [0, 1, 2, 1, 4, 1, 2, 1, 4] },
    { name: "a key in between", of: [key, 2, key, 2, 1, 2, 0], backs: [0, 1, 0, 1, 2, 1, 4] },
  ])("$name", ({ of, backs }) => {
    const numbers = new Numbers();
    const places = of.map((f) => (typeof f === "number" ? numbers.place(false, f) : numbers.place(f.key, f.temporal)));
    expect(places).toEqual(backs.map((back, sequence) => ({ sequence, back })));
  });

  test("nothing has a place before the first key frame, after a break, or too far from what it refers to", () => {
    const numbers = new Numbers();
    expect(numbers.place(false, 0)).toBeUndefined();
    numbers.place(true, 0);
    numbers.break();
    expect(numbers.place(false, 1)).toBeUndefined();
    expect(numbers.place(true, 0)).toEqual({ sequence: 1, back: 0 });
    for (let i = 0; i < 255; i++) numbers.place(false, 1);
    expect(numbers.place(false, 1)).toBeUndefined();
  });
});

test("key frames: at once for a layer that begins, else 2 s apart, and at once after a loss is known", () => {
  const keys = new Keys();
  expect(keys.due(0)).toBe(true);
  keys.made(0);
  keys.sent();
  keys.want();
  expect(keys.due(9000)).toBe(false);
  keys.done(true);
  keys.want();
  expect(keys.due(1900)).toBe(false);
  expect(keys.due(2000)).toBe(true);
  keys.made(2000);
  keys.sent();
  keys.done(false);
  expect(keys.due(4000)).toBe(true);
  keys.made(4000);
  keys.sent();
  keys.lost();
  expect(keys.due(6000)).toBe(true);
  keys.made(6000);
  keys.begin();
  expect(keys.due(6001)).toBe(true);
});

describe("load", () => {
  const run = (load: Load, from: number, seconds: number, top: () => number, late: (layer: number) => boolean) => {
    for (let at = from; at < from + seconds * 1000; at += 33) {
      for (let layer = 3; layer <= top(); layer++) load.due(layer, late(layer));
      load.judge(at, top(), 3);
    }
  };

  test("drops layer by layer, never the last one, and waits longer each time that it fails again", () => {
    const load = new Load(2);
    const top = () => load.most ?? 6;
    run(load, 0, 30, top, () => true);
    expect(load.most).toBe(3);
    run(load, 30_000, 60, top, () => false);
    expect(load.most).not.toBe(3);
    const again = new Load(2);
    const most = () => again.most ?? 6;
    let tries = 0;
    for (let s = 0; s < 600; s++) {
      const before = again.most;
      run(again, s * 1000, 1, most, (layer) => layer === 6);
      if (before === 5 && again.most === undefined) tries++;
    }
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(tries).toBeLessThanOrEqual(5);
  });

  test("another codec comes before a smaller picture, and has time to show what it spares", () => {
    const load = new Load(4);
    const top = () => load.most ?? 6;
    const behind = (from: number, seconds: number, cheaper: boolean) => {
      for (let at = from; at < from + seconds * 1000; at += 33) {
        load.due(6, true);
        load.judge(at, top(), 3, cheaper);
      }
    };
    behind(0, 5, true);
    expect([load.thrifty, load.most]).toEqual([true, undefined]);
    behind(5000, 3.5, false);
    expect(load.most).toBeUndefined();
    behind(8500, 3, false);
    expect(load.most).toBe(5);
    const without = new Load(4);
    run(
      without,
      0,
      7,
      () => without.most ?? 6,
      () => true,
    );
    expect([without.thrifty, without.most]).toEqual([false, 5]);
  });

  test("on two cores the top layer is cheap from its beginning, and the best codec is back after a long time of small pictures", () => {
    const load = new Load(2);
    const calm = (from: number, seconds: number, top: number) => {
      for (let at = from; at < from + seconds * 1000; at += 33) load.judge(at, top, 3, !load.thrifty);
    };
    calm(0, 60, 5);
    expect(load.thrifty).toBe(false);
    calm(60_000, 4, 6);
    expect(load.thrifty).toBe(true);
    calm(64_000, 600, 6);
    expect(load.thrifty).toBe(true);
    calm(664_000, 110, 5);
    expect(load.thrifty).toBe(true);
    calm(774_000, 20, 5);
    expect(load.thrifty).toBe(false);
    calm(794_000, 4, 6);
    expect(load.thrifty).toBe(true);
    calm(798_000, 200, 5); // each time it takes longer
    expect(load.thrifty).toBe(true);
    calm(998_000, 60, 5);
    expect(load.thrifty).toBe(false);
  });

  test("encoding must leave half of the computer to others", () => {
    const load = new Load(2);
    for (let at = 0; at < 20_000; at += 33) {
      const top = load.most ?? 6;
      load.due(top, false);
      load.took(top, top === 6 ? 36 : 9);
      load.judge(at, load.most ?? 6, 3);
    }
    expect(load.most).toBe(5);
    const light = new Load(2);
    for (let at = 0; at < 20_000; at += 33) {
      light.due(6, false);
      light.took(6, 25);
      expect(light.judge(at, 6, 3)).toBe(false);
    }
  });
});

describe("sizes", () => {
  test.each([
    [4, 1280, 720, 320, 180],
    [4, 640, 480, 240, 180],
    [6, 1920, 1080, 1280, 720],
    [6, 640, 480, 640, 480], // never larger than the camera's
    [5, 720, 1280, 360, 640], // a telephone held upright
    [9, 1920, 1200, 1152, 720],
    [3, 1280, 720, 160, 90],
    [2, 4000, 10, 320, 16],
  ])("layer %d of %dx%d is %dx%d", (layer, width, height, w, h) => {
    expect(sizeOf(layer, { width, height })).toEqual({ width: w, height: h });
  });

  test("an encoder is asked for what the plan says", () => {
    const plan: LayerPlan = [9, 200_000, 50, 2];
    const config = encoderConfig("h264", plan, { width: 1280, height: 720 }, true);
    expect(config).toMatchObject({ bitrate: 200_000, framerate: 5, scalabilityMode: "L1T2", contentHint: "text" });
    expect(config).toMatchObject({ latencyMode: "realtime", hardwareAcceleration: "prefer-software" });
    expect(config.avc).toEqual({ format: "annexb" });
  });
});

test("a still's bit rate is found for pictures of every kind, and follows them", () => {
  for (const power of [0.4, 0.7, 1]) {
    const sizer = new Sizer(200_000);
    const bytes = (detail: number) => 300 + detail * sizer.bitrate ** power;
    let detail = 1000 / 100_000 ** power;
    for (const change of [1, 1, 1, 4, 1, 1, 0.1, 1, 1, 1]) {
      detail *= change;
      let good = false;
      for (let tries = 0; tries < 4; tries++) {
        const size = bytes(detail);
        const found = sizer.judge(size, 2000);
        expect(found === "large").toBe(size > 2000);
        good ||= found !== "large";
        if (found === "good") break;
      }
      expect(good || change > 1).toBe(true);
    }
    expect(bytes(detail)).toBeGreaterThan(1200);
  }
});

test("what is too large at every bit rate is known after two tries", () => {
  const sizer = new Sizer(2_000_000);
  expect([sizer.judge(30_000, 25_000), sizer.judge(30_000, 25_000)]).toEqual(["large", "large"]);
  expect(sizer.coarsest).toBe(true);
});

test("a picture that is too large is made smaller, and larger again after a while that grows", () => {
  const scale = new Scale();
  expect([scale.down(0), scale.down(1), scale.down(2), scale.down(3)]).toEqual([true, true, true, false]);
  expect(scale.share).toBe(0.375);
  let tries = 0;
  for (let now = 100; now < 600_000; now += 100) {
    const before = scale.share;
    scale.up(now);
    if (scale.share === before) continue;
    tries++;
    scale.down(now + 50);
  }
  expect(tries).toBeLessThan(6);
  expect(scale.share).toBe(0.375);
  for (let now = 1_000_000; now < 3_000_000; now += 100) scale.up(now);
  expect(scale.share).toBe(1);
});

test.each<[LayerPlan, number]>([
  [[2, 8000, 5, 1], 2000],
  [[2, 8000, 1, 1], 10_000],
  [[8, 80_000, 2, 1], 25_000],
  [[9, 80_000, 50, 2], 50_000],
  [[9, 600_000, 80, 2], 65_535],
  [[4, 80_000, 150, 2], 65_535],
])("a picture of %j has at most %d bytes", (plan, bytes) => {
  expect(mostOf(plan)).toBe(bytes);
});

test("stamps are even though pictures arrive late, follow a clock that drifts, and never go back", () => {
  const stamps = new Stamps();
  let worst = 0;
  let last = 0;
  for (let i = 0; i < 3000; i++) {
    const filmed = i * 33.3;
    const at = stamps.at(5_000_000 + filmed * 1.0001, 1000 + filmed + ((i * 31) % 40));
    expect(at).toBeGreaterThan(last);
    last = at;
    if (i > 100) worst = Math.max(worst, Math.abs(at - 1000 - filmed));
  }
  expect(worst).toBeLessThan(12);
  const jump = stamps.at(1_000, 200_000); // another camera
  expect(jump).toBeGreaterThan(199_000);
});

describe("a screen", () => {
  const plan: LayerPlan = [9, 80_000, 50, 2];

  test("stands still: a few repetitions make it sharp, then nothing, until a key frame is owed", () => {
    const refresh = new Refresh();
    refresh.changed();
    let taken = 0;
    for (let now = 0; now < 60_000; now += 100) {
      if (!refresh.due(9, now === 50_000, now)) continue;
      taken++;
      refresh.took(9, plan, now);
      refresh.sent(9, 4000 / taken, now);
      if (now > 20_000) expect(now).toBe(50_000);
    }
    expect(taken).toBe(6);
  });

  test("changes all the time on a thin line: one in several seconds", () => {
    const refresh = new Refresh();
    const taken: number[] = [];
    for (let now = 0; now < 60_000; now += 100) {
      refresh.changed();
      if (!refresh.due(9, false, now)) continue;
      taken.push(now);
      refresh.took(9, plan, now);
      refresh.sent(9, 30_000, now); // 3 s of the plan's rate
    }
    expect(taken.length).toBe(20);
  });
});

test("failures: software first, then given up; rare ones count alone", () => {
  const failures = new Failures();
  expect(failures.count("camera", "vp9", new Error("x"), 0)).toBe(false);
  expect(failures.software("camera", "vp9")).toBe(true);
  expect(failures.software("camera", "av1")).toBe(false);
  expect(failures.count("camera", "vp9", new Error("x"), 100_000)).toBe(false);
  expect(failures.count("camera", "vp9", new DOMException("", "QuotaExceededError"), 100_001)).toBe(false);
  expect(failures.count("camera", "vp9", new Error("x"), 101_000)).toBe(true);
  expect(failures.given("camera", "vp9")).toBe(true);
  expect(failures.given("screen", "vp9")).toBe(false);
  failures.forget("camera");
  expect(failures.given("camera", "vp9")).toBe(false);
});
