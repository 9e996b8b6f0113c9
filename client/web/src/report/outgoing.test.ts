// A report's way up: offered, stored, announced; after a reload from the start; refused in the relay's words.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sentence } from "../meeting/messages";
import type { Listener } from "../meeting/pictures";
import type { ToVideo } from "../video/messages";
import { kept } from "./kept";
import { Outgoing } from "./outgoing";
import { cachesOf, newStores, type Stores } from "./stores.test-util";

const no: Sentence = { code: "files-full", vi: "Hết chỗ.", en: "Full." };
const of = { code: "m", hash: "h", title: "Báo cáo tháng 11", ms: 380_000, sent: false };
const file = Uint8Array.of(1, 2, 3);
const refusal = signal<Sentence | undefined>(undefined);
const done = vi.fn(async (_: string, __?: object) => refusal.value === undefined);
let stores: Stores;
let say: Listener;
let told: ToVideo[];
let all: Outgoing[];

function newOutgoing(code = "m"): Outgoing {
  const pictures = {
    listen: (listener: Listener) => {
      say = listener;
      return () => {};
    },
    tell: (message: ToVideo) => void told.push(message),
  };
  const outgoing = new Outgoing({ do: done, refusal }, pictures, code);
  all.push(outgoing);
  return outgoing;
}

beforeEach(() => {
  stores = newStores();
  vi.stubGlobal("caches", cachesOf(stores));
  told = [];
  all = [];
  refusal.value = undefined;
  done.mockClear();
});
afterEach(() => {
  for (const outgoing of all) outgoing.close();
  vi.unstubAllGlobals();
});

test("it is offered, its progress is told, and the meeting hears of it once it is stored", async () => {
  const outgoing = newOutgoing();
  outgoing.send(of, file);
  expect(told).toEqual([{ type: "offer", hash: "h", kind: "report", bytes: file.buffer }]);
  say({ type: "progress", hash: "h", part: 0.42 });
  expect(outgoing.all.value[0]).toMatchObject({ part: 0.42, size: 3 });
  expect(done).not.toHaveBeenCalled();
  say({ type: "stored", hash: "h" });
  await vi.waitFor(() => expect(outgoing.all.value).toEqual([]));
  expect(done).toHaveBeenCalledExactlyOnceWith("report", { title: of.title, ms: of.ms, size: 3, hash: "h" });
  await vi.waitFor(() => expect(stores.size).toBe(0));
});

test("a reload loses nothing: what was sent goes on, what was not is there to be heard again", async () => {
  newOutgoing().send(of, file);
  await vi.waitFor(async () => expect(await kept("m")).toHaveLength(1));
  told = [];
  const other = newOutgoing("elsewhere");
  const after = newOutgoing();
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(after.all.value[0]).toMatchObject({ title: of.title, sent: true });
  expect(other.all.value).toEqual([]);
});

test("what is refused says why, and can be sent again or given up", async () => {
  const outgoing = newOutgoing();
  outgoing.send(of, file);
  say({ type: "told", message: { type: "accept", hash: "h", ...no } });
  expect(outgoing.all.value[0].trouble).toMatchObject({ vi: "Hết chỗ." });
  outgoing.again("h");
  expect(outgoing.all.value[0].trouble).toBeUndefined();
  expect(told).toHaveLength(2);
  refusal.value = no; // of the act
  say({ type: "stored", hash: "h" });
  await vi.waitFor(() => expect(outgoing.all.value[0].trouble).toEqual(no));
  outgoing.drop("h");
  expect(outgoing.all.value).toEqual([]);
});
