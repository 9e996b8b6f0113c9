import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Class, chunkSize, type Frame, LAYER, type Out } from "../frames/frame";
import type { PictureToRelay } from "../transport/control";
import { Blobs } from "./blobs";
import type { FromVideo } from "./messages";
import type { Host } from "./seam";
import { hashOf } from "./shelf";

let outs: Out[];
let told: PictureToRelay[];
let posted: FromVideo[];
let dropped: number[];
let blobs: Blobs;

const host = (): Host => ({
  publication: 1,
  rate: 100_000,
  push: (out) => outs.push(out),
  drop: (id) => dropped.push(id),
  backlog: () => 0,
  tell: (message) => told.push(message),
  watch: () => {},
  post: (message) => posted.push(message),
  time: () => 0,
});

beforeEach(() => {
  vi.useFakeTimers();
  [outs, told, posted, dropped] = [[], [], [], []];
  blobs = new Blobs(host());
});

afterEach(() => {
  blobs.close();
  vi.useRealTimers();
});

const bytesOf = (n: number, seed = 1) => Uint8Array.from({ length: n }, (_, i) => (i * seed) & 0xff);

function chunk(id: number, bytes: Uint8Array, i: number): Frame {
  const payload = bytes.subarray(i * chunkSize, (i + 1) * chunkSize);
  const none = { key: false, temporal: 0, codec: 0, back: 0 };
  return { publication: id, layer: LAYER.bulk, sequence: i, time: bytes.length, ...none, payload };
}

const came = () => posted.flatMap((message) => (message.type === "blob" ? [message] : []));
const offers = () => told.flatMap((message) => (message.type === "offer" ? [message.hash] : []));

describe("what comes", () => {
  test("is whole in any order, also when nobody says what it is", async () => {
    const bytes = bytesOf(2 * chunkSize + 5);
    for (const i of [2, 0, 0, 1]) blobs.onBulk(chunk(4, bytes, i));
    await vi.waitFor(() => expect(came().length).toBe(1));
    const hash = await hashOf(bytes);
    expect(came()[0]).toMatchObject({ hash, kind: "slide" });
    expect(new Uint8Array(came()[0].bytes)).toEqual(bytes);
    expect(blobs.have()).toEqual([hash.slice(0, 8)]);
  });

  test("goes on in another transfer", async () => {
    const bytes = bytesOf(3 * chunkSize, 3);
    const word = { type: "blob" as const, hash: await hashOf(bytes), size: bytes.length, kind: "slide" as const };
    expect(blobs.message({ ...word, id: 1 })).toBe(true);
    blobs.onBulk(chunk(1, bytes, 1));
    blobs.message({ ...word, id: 2 });
    blobs.onBulk(chunk(2, bytes, 0));
    blobs.onBulk(chunk(2, bytes, 2));
    await vi.waitFor(() => expect(came().length).toBe(1));
    expect(posted.filter(({ type }) => type === "progress").at(-1)).toMatchObject({ part: 1 });
  });

  test("that is not what was announced, or cannot be, is forgotten", async () => {
    const bytes = bytesOf(chunkSize);
    blobs.message({ type: "blob", id: 1, hash: await hashOf(bytesOf(5)), size: bytes.length, kind: "slide" });
    blobs.onBulk(chunk(1, bytes, 0));
    blobs.onBulk({ ...chunk(2, bytes, 0), time: 2 ** 31 });
    blobs.onBulk({ ...chunk(3, bytes, 0), payload: bytes.subarray(1) });
    blobs.onBulk({ ...chunk(3, bytes, 0), sequence: 7 });
    for (let id = 10; id < 200; id++) blobs.onBulk({ ...chunk(id, bytes, 0), time: 3 * chunkSize });
    await vi.advanceTimersByTimeAsync(100);
    expect(came()).toEqual([]);
  });
});

describe("what goes up", () => {
  const file = bytesOf(10 * chunkSize + 1, 7);

  test("is offered, sent within a window, and over when it is stored", async () => {
    blobs.offer("h", "report", file.slice().buffer);
    expect(told).toEqual([{ type: "offer", hash: "h", size: file.length, kind: "report" }]);
    blobs.message({ type: "accept", hash: "h", id: 9 });
    expect(outs.map(({ frame }) => frame.sequence)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(outs[0]).toMatchObject({
      class: Class.Ahead,
      deadline: 0,
      frame: { publication: 9, layer: 15, time: file.length },
    });
    outs[2].done?.(true);
    outs[3].done?.(false);
    outs[4].done?.(true);
    expect(outs.slice(6).map(({ frame }) => frame.sequence)).toEqual([6, 7, 8]);
    blobs.message({ type: "stored", hash: "h" });
    expect(posted.at(-1)).toEqual({ type: "stored", hash: "h" });
    blobs.begin(true);
    expect(offers()).toEqual(["h"]);
  });

  test("sends what the relay misses, urgently if it is a page in few bytes", () => {
    blobs.offer("h", "slide", bytesOf(20_000).buffer);
    blobs.message({ type: "accept", hash: "h", id: 1, missing: [[1, 3]] });
    expect(outs.map(({ frame }) => frame.sequence)).toEqual([1, 2]);
    expect(outs[0].class).toBe(Class.Now);
  });

  test("is offered again with a new session, when it is stuck, and later to who is busy", async () => {
    blobs.offer("h", "report", file.slice().buffer);
    blobs.message({ type: "accept", hash: "h", id: 1 });
    blobs.begin(false);
    expect([offers(), dropped]).toEqual([["h", "h"], [1]]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(offers().length).toBe(3);
    const refusal = { code: "files-busy", vi: "v", en: "e" };
    expect(blobs.message({ type: "accept", hash: "h", ...refusal })).toBe(true);
    await vi.advanceTimersByTimeAsync(8000);
    expect(offers().length).toBe(4);
    expect(blobs.message({ type: "accept", hash: "h", ...refusal, code: "bad-file" })).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(offers().length).toBe(4);
  });

  test("goes some files at once, in their order", () => {
    for (const hash of ["a", "b", "c", "d", "e", "a"]) blobs.offer(hash, "slide", bytesOf(5).buffer);
    expect(offers()).toEqual(["a", "b", "c", "d"]);
    blobs.message({ type: "stored", hash: "b" });
    expect(offers()).toEqual(["a", "b", "c", "d", "e"]);
  });
});
