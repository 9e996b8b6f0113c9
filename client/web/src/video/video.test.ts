import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { shardOf } from "../fec/shard";
import { pieceBytes } from "../frames/piece";
import type { FromRelay } from "../transport/control";
import { Incoming } from "./in/incoming";
import { FakeDecoder, frameOf } from "./in/stage.test-util";
import type { FromVideo, ToVideo } from "./messages";
import type { FromLine, ToLine } from "./port";
import type { Files, Host, Publishing } from "./seam";
import { Video } from "./video";

let posted: FromVideo[];
let said: ToLine[];
let video: Video;
let host: Host;
let cannot: (codec: "av1") => void;
let incoming: Incoming;
let publisher: { [K in keyof Publishing]: ReturnType<typeof vi.fn<Publishing[K]>> };
let files: { [K in keyof Files]: ReturnType<typeof vi.fn<Files[K]>> };
const port = { onmessage: null as unknown, postMessage: (m: ToLine) => said.push(m), close: vi.fn() };

function say(data: FromLine): void {
  (port.onmessage as (event: { data: FromLine }) => void)({ data });
}

const tells = () => said.filter((m) => m.type === "tell").map(({ message }) => message);
const settle = () => vi.advanceTimersByTimeAsync(1);
const connect = () => video.take({ type: "port", port: port as unknown as MessagePort });
const welcome = (fresh = true) => say({ type: "line", line: 1, fresh, publication: 77 });
const told = (message: FromRelay) => say({ type: "told", message });

beforeEach(() => {
  vi.useFakeTimers();
  FakeDecoder.reset();
  posted = [];
  said = [];
  const f = vi.fn;
  publisher = {
    begin: f(),
    plan: f(),
    keys: f(),
    camera: f(),
    cameraOff: f(),
    screen: f(),
    screenOff: f(),
    close: f(),
  };
  files = { begin: f(), have: f(() => ["abcdefgh"]), offer: f(), onBulk: f(), message: f(() => false), close: f() };
  video = new Video((message) => posted.push(message), {
    publisher: (h) => {
      host = h;
      return publisher;
    },
    files: () => files,
    incoming: (events) => {
      cannot = events.cannot;
      incoming = new Incoming(events, (init) => new FakeDecoder(init));
      return incoming;
    },
    decodable: async () => ["av1", "vp8"],
  });
});

afterEach(() => {
  video.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("says what the page wants to see once there is a line, and again with each welcome", async () => {
  video.take({ type: "watch", mode: "all", small: 5, height: 720 });
  connect();
  await settle();
  expect(tells()).toEqual([]);
  welcome();
  await settle();
  const watch = { type: "watch", mode: "all", small: 5, height: 720, decodes: ["av1", "vp8"], have: ["abcdefgh"] };
  expect(tells()).toEqual([watch]);
  welcome(false);
  video.take({ type: "watch", mode: "slides" });
  await settle();
  expect(tells().slice(1)).toMatchObject([{ mode: "slides" }, { mode: "slides" }]);
  host.watch();
  cannot("av1");
  await settle();
  expect(tells().at(-1)).toMatchObject({ decodes: ["vp8"] });
  expect(publisher.begin.mock.calls).toEqual([[true], [false]]);
  expect(files.begin.mock.calls).toEqual([[true], [false]]);
});

test("what the relay says goes to whom it concerns", () => {
  connect();
  welcome();
  const pictures = vi.spyOn(incoming, "pictures");
  files.message.mockImplementation(({ type }) => type === "stored");
  const all: FromRelay[] = [
    { type: "pictures", of: [[5, 0, 4]], room: 90 },
    { type: "stored", hash: "h" },
    { type: "pointer", seat: "s", x: 1, y: 2 },
    { type: "clock", of: [] },
    { type: "attached" },
  ];
  for (const message of all) told(message);
  expect(pictures).toHaveBeenCalledOnce();
  expect(posted).toEqual([all[0], { type: "told", message: all[2] }]);
  say({ type: "plan", plan: { rate: 7 } });
  expect(publisher.plan).toHaveBeenCalledWith({ rate: 7 });
  expect(host.rate).toBe(7);
  expect(host.publication).toBe(77);
});

test("frames: chunks to files, pictures to the page, but not one's own", async () => {
  connect();
  welcome();
  let number = 0;
  const come = (more: Parameters<typeof frameOf>[2]) => {
    const { payload, ...head } = frameOf(0, "x", { key: true, ...more });
    say({
      type: "came",
      bytes: pieceBytes({ number: number++, sent: 0, head, k: 1, index: 0, shard: shardOf(payload, 1, 0) }),
    });
  };
  come({ layer: 15, key: false, codec: 0, back: 0, publication: 1 });
  come({ publication: 77 });
  come({ publication: 9 });
  await vi.advanceTimersByTimeAsync(50);
  expect(files.onBulk).toHaveBeenCalledOnce();
  expect(posted.map((m) => m.type === "frame" && m.publication)).toEqual([9]);
  video.take({ type: "drawn", publication: 9, source: "camera" });
});

test("what the page says goes to whom it concerns", () => {
  connect();
  const frames = new ReadableStream<VideoFrame>();
  const bytes = new ArrayBuffer(3);
  const all: ToVideo[] = [
    { type: "camera", frames, width: 1280, height: 720, fps: 30 },
    { type: "camera-off" },
    { type: "screen", frames, width: 1920, height: 1080 },
    { type: "screen-off" },
    { type: "offer", hash: "h", kind: "slide", bytes },
    { type: "tell", message: { type: "point", x: 1, y: 2 } },
  ];
  for (const message of all) video.take(message);
  expect(publisher.camera).toHaveBeenCalledWith(frames, 1280, 720, 30);
  expect(publisher.cameraOff).toHaveBeenCalledOnce();
  expect(publisher.screen).toHaveBeenCalledWith(frames, 1920, 1080);
  expect(publisher.screenOff).toHaveBeenCalledOnce();
  expect(files.offer).toHaveBeenCalledWith("h", "slide", bytes);
  expect(tells()).toEqual([{ type: "point", x: 1, y: 2 }]);
});

test("without a line nothing is sent, and frames are given up", () => {
  const done = vi.fn();
  host.push({ frame: frameOf(0, "x", { key: true }), class: 0, deadline: 0, done });
  expect(done.mock.calls).toEqual([[false]]);
  expect([host.publication, host.rate, host.backlog(), host.time(5)]).toEqual([0, 0, 0, 0]);
  host.drop(1, 2);
  host.tell({ type: "point" });
});
