// A publisher by its plan: what it encodes, sends and says, with stand-ins for encoders.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Frame } from "../../frames/frame";
import type { LayerPlan, VideoPlan } from "../../transport/control";
import { FakeEncoder, FakeFrame, Stage } from "./stage.test-util";

const still: LayerPlan = [2, 8000, 5, 1];
const tiny: LayerPlan = [3, 30_000, 50, 1];
const small: LayerPlan = [4, 120_000, 150, 3];
const medium: LayerPlan = [5, 400_000, 200, 3];
const large: LayerPlan = [6, 1_200_000, 300, 2];
const of = (...layers: LayerPlan[]): VideoPlan => ({ camera: "vp9", layers });

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(async () => {
  await stage.end();
  expect(FakeFrame.open).toBe(0);
});

/** Fails unless each frame is decodable after those before it. */
function expectDecodable(frames: Frame[]): void {
  const have = new Set<number>();
  for (const { key, sequence, back, temporal } of frames) {
    if (key) expect(temporal).toBe(0);
    expect(key ? back === 0 : have.has(sequence - back)).toBe(true);
    have.add(sequence);
  }
}

describe("a plan", () => {
  test("each layer has its rate, its size and its numbers", async () => {
    await stage.start(of(tiny, small, medium, large));
    await stage.pass(10_000);
    for (const [layer, , rate10] of [tiny, small, medium, large]) {
      const frames = stage.frames(layer);
      expect(frames.length / rate10).toBeGreaterThan(0.93);
      expect(frames.length / rate10).toBeLessThan(1.03);
      expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, i) => i));
      expect(frames.filter(({ key }) => key).length).toBe(1);
      expectDecodable(frames);
    }
    const sizes = FakeEncoder.all.map(({ configs }) => `${configs[0].width}x${configs[0].height}`);
    expect(sizes.sort()).toEqual(["1280x720", "160x90", "320x180", "640x360"]);
  });

  test("frames of upper temporal layers can be left out", async () => {
    await stage.start(of(medium));
    await stage.pass(5000);
    const frames = stage.frames(5);
    expect(new Set(frames.map(({ temporal }) => temporal))).toEqual(new Set([0, 1, 2]));
    expectDecodable(frames.filter(({ temporal }) => temporal < 2));
    expectDecodable(frames.filter(({ temporal }) => temporal < 1));
  });

  test("another bit rate takes effect without a key frame, another number of temporal layers with one", async () => {
    await stage.start(of(medium));
    await stage.pass(3000);
    stage.publisher.plan(of([5, 250_000, 200, 3]));
    await stage.pass(3000);
    expect(FakeEncoder.all.length).toBe(1);
    expect(FakeEncoder.all[0].configs.at(-1)?.bitrate).toBe(250_000);
    expect(stage.frames(5).filter(({ key }) => key).length).toBe(1);
    stage.publisher.plan(of([5, 250_000, 200, 2]));
    await stage.pass(3000);
    expect(stage.frames(5).filter(({ key }) => key).length).toBe(2);
    expectDecodable(stage.frames(5));
  });

  test("what is no longer in it is not sent, and goes on with a key frame and the next number", async () => {
    await stage.start(of(small, medium));
    await stage.pass(2000);
    stage.publisher.plan(of(small));
    await stage.pass(100);
    const before = stage.frames(5).length;
    await stage.pass(1000);
    expect(stage.frames(5).length).toBe(before);
    stage.publisher.plan(of(small, medium));
    await stage.pass(1000);
    const next = stage.frames(5)[before];
    expect(next).toMatchObject({ key: true, sequence: before });
    expectDecodable(stage.frames(5));
  });

  test("nothing is encoded without a plan, nor by one without a codec", async () => {
    await stage.start({});
    await stage.pass(1000);
    stage.publisher.plan({ layers: [small] });
    await stage.pass(1000);
    stage.publisher.plan(undefined);
    await stage.pass(1000);
    expect(FakeEncoder.all).toEqual([]);
    expect(stage.sent).toEqual([]);
  });

  test("another codec begins with a key frame", async () => {
    await stage.start(of(small));
    await stage.pass(1000);
    stage.publisher.plan({ camera: "av1", layers: [small] });
    await stage.pass(1000);
    const av1 = stage.frames(4).filter(({ codec }) => codec === 2);
    expect(av1[0].key).toBe(true);
    expect(FakeEncoder.all[0].state).toBe("closed");
    expectDecodable(stage.frames(4));
  });

  test("a new publication begins at 0 with a key frame once it has a plan, a line that goes on does not", async () => {
    await stage.start(of(small));
    await stage.pass(1000);
    stage.publisher.begin(false);
    await stage.pass(1000);
    expect(stage.frames(4).filter(({ key }) => key).length).toBe(1);
    const before = stage.frames(4).length;
    stage.publisher.begin(true); // another line, the same publication
    stage.publisher.plan(of(small));
    await stage.pass(1000);
    expect(stage.frames(4)[before]).toMatchObject({ key: true, sequence: before });
    stage.publication = 8;
    stage.publisher.begin(true);
    stage.publisher.plan(of(small));
    await stage.pass(1000);
    const fresh = stage.frames(4).filter(({ publication }) => publication === 8);
    expect(fresh[0]).toMatchObject({ key: true, sequence: 0 });
  });
});

describe("the relay is told", () => {
  test("what can be sent, when it begins, after each welcome, and when it ends", async () => {
    FakeEncoder.refused = ["avc1.42e01f"];
    stage.publisher.begin(true);
    expect(stage.send).toEqual({ type: "send" });
    const camera = stage.film("camera", 30);
    await stage.pass(100);
    const offer = { codecs: ["av1", "vp9", "vp8"], width: 1280, height: 720, fps: 30 };
    expect(stage.send).toEqual({ type: "send", camera: offer });
    stage.told = [];
    stage.publisher.begin(false);
    expect(stage.send).toEqual({ type: "send", camera: offer });
    camera.end();
    await stage.pass(2000);
    expect(stage.send?.camera).toEqual(offer); // the page may be changing cameras
    await stage.pass(1500);
    expect(stage.send).toEqual({ type: "send" });
  });

  test("of another camera, without a gap", async () => {
    stage.publisher.begin(true);
    const one = stage.film("camera", 30);
    await stage.pass(100);
    stage.publisher.plan(of(small));
    await stage.pass(500);
    one.end();
    await stage.pass(1000);
    stage.film("camera", 30, 640, 480);
    await stage.pass(5000);
    expect(stage.told.every((said) => said.type === "send" && (!said.camera || said.camera.codecs.length > 0))).toBe(
      true,
    );
    expect(stage.send?.camera).toMatchObject({ width: 640, height: 480 });
    expect(FakeEncoder.all.at(-1)?.configs.at(-1)).toMatchObject({ width: 240, height: 180 });
    expectDecodable(stage.frames(4));
  });
});

describe("key frames", () => {
  test("are made when one is wanted, once in 2 s, and not while one is on its way", async () => {
    await stage.start(of(small));
    await stage.pass(1000);
    const keys = () => stage.frames(4).filter(({ key }) => key).length;
    const ask = async (ms: number) => {
      for (let t = 0; t < ms; t += 100) {
        stage.publisher.keys([4]);
        await stage.pass(100);
      }
    };
    await ask(900);
    expect(keys()).toBe(1);
    await ask(500);
    expect(keys()).toBe(2);
    await ask(6000);
    expect(keys()).toBeLessThanOrEqual(5);
    stage.confirms = false; // a slow line: the one that goes is not there yet
    await stage.pass(2000);
    const before = keys();
    await ask(5000);
    expect(keys()).toBeLessThanOrEqual(before + 1);
  });

  test("follow a frame that the line gave up, and nothing is sent that refers to it", async () => {
    stage.confirms = false;
    await stage.start(of([4, 120_000, 150, 1]));
    await stage.pass(1000);
    const lost = stage.sent.at(-1);
    const before = stage.sent.length;
    lost?.done?.(false);
    await stage.pass(900);
    expect(stage.sent.length).toBe(before);
    await stage.pass(600);
    expect(stage.sent[before].frame.key).toBe(true);
    expectDecodable(stage.frames(4).filter(({ sequence }) => sequence !== lost?.frame.sequence));
  });
});

describe("bad luck", () => {
  test("a frame that is too large is not sent; the next is a smaller key frame", async () => {
    let times = 0;
    const usual = FakeEncoder.bytes;
    FakeEncoder.bytes = (config, key) => (!key && times++ === 20 ? 70_000 : usual(config, key, 0));
    await stage.start(of(small));
    await stage.pass(4000);
    const frames = stage.frames(4);
    expect(frames.every(({ payload }) => payload.length <= 65_535)).toBe(true);
    expect(frames.filter(({ key }) => key).map(({ sequence }) => sequence)).toEqual([0, 21]);
    expect(FakeEncoder.all[0].configs.some(({ bitrate }) => bitrate === 72_000)).toBe(true);
    expectDecodable(frames);
  });

  test("what waits since the rate fell leaves again, though encoders make all that the line carries", async () => {
    stage.rate = 800_000;
    FakeEncoder.bytes = ({ bitrate }, _key, duration) => Math.round((bitrate / 8e6) * duration);
    await stage.start(of([5, 760_000, 200, 3]));
    await stage.drain(3000);
    stage.rate = 400_000; // the plan comes later
    await stage.drain(700);
    stage.publisher.plan(of([5, 400_000, 200, 3]));
    await stage.drain(1000);
    const before = stage.sent.length;
    const waits = (await stage.drain(10_000)).sort((a, b) => a - b);
    expect(waits[waits.length / 2]).toBeLessThan(60);
    expect(waits[waits.length - 1]).toBeLessThan(260);
    expect(stage.sent.length - before).toBeGreaterThan(170);
    expectDecodable(stage.frames(5));
  });

  test("while more waits there is a picture a second, on a line that is full of something else, and above 600 ms none", async () => {
    await stage.start(of(small, medium));
    await stage.pass(1000);
    stage.waiting = 60_000; // 240 ms
    await stage.pass(500);
    stage.sent = [];
    await stage.pass(10_000);
    for (const layer of [4, 5]) {
      expect(stage.frames(layer).length).toBeGreaterThanOrEqual(9);
      expect(stage.frames(layer).length).toBeLessThan(40);
    }
    stage.waiting = 100_000; // 400 ms
    stage.sent = [];
    await stage.pass(5000);
    expect(stage.frames(5).length).toBe(0);
    expect(stage.frames(4).length).toBeGreaterThanOrEqual(4);
    stage.waiting = 200_000;
    stage.sent = [];
    await stage.pass(5000);
    expect(stage.sent.length).toBe(0);
  });

  test("a key frame on a thin line has the time that it takes", async () => {
    stage.rate = 32_000;
    FakeEncoder.bytes = (_, key) => (key ? 8000 : 400); // 2 s of the line
    await stage.start(of(small));
    await stage.pass(1000);
    expect(stage.sent[0].deadline).toBeGreaterThan(3000);
    expect(stage.sent[1].deadline).toBeLessThan(1500);
    stage.waiting = 1000; // 250 ms, and yet one frame: pictures go on
    expect(stage.publisher.room(4)).toBe(true);
    stage.waiting = 0;
    stage.rate = 0;
    expect(stage.publisher.room(4)).toBe(true);
    await stage.pass(1000);
    for (const { deadline } of stage.sent) expect(deadline).toBeLessThanOrEqual(15_000);
  });

  test("an encoder that fails is tried in software, then its codec is not offered any more", async () => {
    FakeEncoder.fails = ({ codec, hardwareAcceleration }) => codec.startsWith("vp09") && !hardwareAcceleration;
    await stage.start(of(small));
    await stage.pass(2000);
    expect(stage.frames(4).length).toBeGreaterThan(20);
    FakeEncoder.fails = ({ codec }) => codec.startsWith("vp09");
    stage.publisher.plan(of(medium));
    await stage.pass(2000);
    expect(stage.send?.camera?.codecs).toEqual(["av1", "h264", "vp8"]);
    expect(stage.troubles).toEqual([]);
    const encoders = FakeEncoder.all.length;
    await stage.pass(5000);
    expect(FakeEncoder.all.length).toBe(encoders);
    FakeEncoder.fails = () => true;
    for (const camera of ["av1", "vp8", "h264"] as const) {
      stage.publisher.plan({ camera, layers: [small] });
      await stage.pass(1000);
    }
    expect(stage.troubles).toEqual(["encoder-failed"]);
    expect(stage.send).toEqual({ type: "send" });
    FakeEncoder.fails = () => false;
    stage.film("camera"); // another one, perhaps
    await stage.pass(100);
    expect(stage.send?.camera?.codecs.length).toBe(4);
  });

  test("a computer that does not keep up puts H.264 first, and keeps the top layer if that helps", async () => {
    stage = new Stage(4);
    FakeEncoder.takes = ({ width, codec }) => (width === 1280 && !codec.startsWith("avc1") ? 60 : 5);
    await stage.start({ camera: "av1", layers: [small, medium, large] });
    await stage.pass(7000);
    expect(stage.send?.camera?.codecs).toEqual(["h264", "av1", "vp9", "vp8"]);
    stage.publisher.plan({ camera: "h264", layers: [small, medium, large] });
    await stage.pass(20_000);
    expect(stage.send?.camera?.most).toBeUndefined();
    expect(stage.frames(6).at(-1)?.codec).toBe(3);
    expectDecodable(stage.frames(6));
  });

  test("where that does not help the top layer goes first, and is tried again", async () => {
    FakeEncoder.takes = ({ width }) => (width === 1280 ? 60 : 5);
    await stage.start(of(small, medium, large));
    await stage.pass(6000);
    expect(stage.send?.camera).toMatchObject({ codecs: ["h264", "av1", "vp9", "vp8"] });
    expect(stage.send?.camera?.most).toBeUndefined();
    await stage.pass(5000);
    expect(stage.send?.camera?.most).toBe(5);
    expect(stage.posted.filter(({ type }) => type === "sending").at(-1)).toMatchObject({
      layers: [small, medium],
      behind: true,
    });
    stage.sent = [];
    await stage.pass(5000);
    expect(stage.frames(6).length).toBe(0);
    expect(stage.frames(5).length).toBeGreaterThan(90);
    FakeEncoder.takes = () => 5;
    await stage.pass(30_000);
    expect(stage.send?.camera?.most).toBeUndefined();
    expect(stage.frames(6).length).toBeGreaterThan(100);
  });
});

describe("a screen", () => {
  const screen: LayerPlan = [9, 100_000, 50, 2];
  const page: LayerPlan = [8, 20_000, 1, 1];

  /** A screen that has changed once, by its plan. */
  const share = async (...layers: LayerPlan[]) => {
    stage.publisher.begin(true);
    const { film } = stage.film("screen", 0);
    await stage.pass(10);
    stage.publisher.plan({ screen: "av1", layers });
    film();
    await stage.pass(15_000);
    return film;
  };

  test("that stands still is sent, made sharp, and then nothing, but to who comes late", async () => {
    await share(screen, page);
    const sent = stage.frames(9).length;
    expect(sent).toBe(5);
    expect(stage.frames(8).length).toBe(1);
    await stage.pass(60_000);
    expect(stage.frames(9).length).toBe(sent);
    expect(stage.frames(8).length).toBe(1);
    stage.publisher.keys([8, 9]);
    await stage.pass(500);
    expect(stage.frames(9)[sent].key).toBe(true);
    expect(stage.frames(8).length).toBe(2);
    expect(FakeFrame.open).toBe(1);
    expectDecodable(stage.frames(9));
  });

  test("whose pictures are too large for the line even so is sent smaller, then as before", async () => {
    FakeEncoder.bytes = ({ width }, key) => (key ? Math.round(width * 62) : 3000);
    const film = await share(screen);
    expect(FakeEncoder.all[0].configs.map(({ width }) => width)).toEqual([1280, 960]);
    expect(stage.frames(9).every(({ payload }) => payload.length <= 62_500)).toBe(true);
    FakeEncoder.bytes = (_, key) => (key ? 20_000 : 3000);
    await stage.pass(20_000);
    film();
    await stage.pass(1000);
    expect(FakeEncoder.all[0].configs.at(-1)?.width).toBe(1280);
    expectDecodable(stage.frames(9));
  });

  test("that changes all the time takes no more than its bit rate", async () => {
    FakeEncoder.bytes = () => 12_500; // a second of it
    const film = await share(screen);
    stage.sent = [];
    for (let i = 0; i < 300; i++) {
      film();
      await stage.pass(33);
    }
    expect(stage.frames(9).length).toBeGreaterThan(8);
    expect(stage.frames(9).length).toBeLessThan(12);
  });
});

test("an encoder that is slow on one of many cores is seen by what waits in it", async () => {
  stage = new Stage(16);
  FakeEncoder.takes = () => 60;
  await stage.start({ camera: "h264", layers: [large] });
  await stage.pass(7000);
  expect(stage.send?.camera?.most).toBe(5);
});

describe("stills", () => {
  /** Bytes grow with the bit rate as those of real encoders do. */
  const grows = (from: number) => {
    FakeEncoder.bytes = ({ bitrate }) => Math.round(from + 8 * (bitrate / 1000) ** 0.8);
  };

  test("come once an interval, each nearly as large as it may be, and stand alone", async () => {
    grows(400);
    await stage.start(of(still));
    await stage.pass(20_000);
    const stills = stage.frames(2);
    expect(stills.length).toBeGreaterThanOrEqual(9);
    expect(stills.length).toBeLessThanOrEqual(11);
    expect(stills.every(({ key, back }) => key && back === 0)).toBe(true);
    for (const { payload } of stills) expect(payload.length).toBeLessThanOrEqual(2000);
    for (const { payload } of stills.slice(3)) expect(payload.length).toBeGreaterThan(1500);
    expect(stills.map(({ sequence }) => sequence)).toEqual(stills.map((_, i) => i));
  });

  test("never are larger than 10 kB, whatever the plan allows", async () => {
    grows(400);
    await stage.start(of([2, 80_000, 1, 1]));
    await stage.pass(35_000);
    for (const { payload } of stage.frames(2)) expect(payload.length).toBeLessThanOrEqual(10_000);
    expect(stage.frames(2).at(-1)?.payload.length).toBeGreaterThan(7000);
  });

  test("that cannot be small enough are not sent, nor is one while another is on its way", async () => {
    grows(3000);
    await stage.start(of(still));
    await stage.pass(10_000);
    expect(stage.frames(2)).toEqual([]);
    grows(400);
    stage.confirms = false;
    await stage.pass(10_000);
    expect(stage.frames(2).length).toBe(1);
  });
});
