// What is kept of a report while it is recorded: all parts in order, of one meeting, until it is finished.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cutOff, Draft } from "./draft";
import { type Moment, VOICE } from "./file";
import { keep, kept } from "./kept";
import { cachesOf, newStores, type Stores } from "./stores.test-util";

let stores: Stores;

beforeEach(() => {
  stores = newStores();
  vi.stubGlobal("caches", cachesOf(stores));
});
afterEach(() => vi.unstubAllGlobals());

const said = (ms: number): Moment => ({ kind: VOICE, ms, body: Uint8Array.of(1, ms / 20) });

/** Lets what is on its way into the cache arrive. */
const settled = () => vi.waitFor(async () => expect(await cutOff("m")).toBeDefined());

test("a reload finds every part, and goes on behind them", async () => {
  const draft = new Draft("m");
  for (let part = 0; part < 12; part++) draft.add([said(part * 40), said(part * 40 + 20)], part * 40 + 40);
  await vi.waitFor(async () => expect((await cutOff("m"))?.ms).toBe(480));
  const begun = await cutOff("m");
  expect(begun?.moments.map(({ ms }) => ms)).toEqual(Array.from({ length: 24 }, (_, i) => i * 20));
  begun?.draft.add([said(480)], 500);
  await vi.waitFor(async () => expect((await cutOff("m"))?.moments).toHaveLength(25));
  await begun?.draft.forget();
  expect(await cutOff("m")).toBeUndefined();
  expect(stores.size).toBe(0);
});

test("of another meeting, or finished, it is none; of two the longest is taken", async () => {
  new Draft("m").add([said(0)], 20);
  const long = new Draft("m");
  long.add([said(20)], 40);
  await settled();
  await keep({ code: "m", hash: "h", title: "", ms: 9, sent: false }, Uint8Array.of(1));
  expect(await cutOff("other")).toBeUndefined();
  expect((await cutOff("m"))?.moments).toMatchObject([{ ms: 20 }]);
  expect((await kept("m")).map(([{ hash }]) => hash)).toEqual(["h"]);
  await long.forget();
  expect((await cutOff("m"))?.moments).toMatchObject([{ ms: 0 }]);
});

test("where a browser keeps nothing, nothing fails", async () => {
  vi.stubGlobal("caches", { has: async () => true, open: () => Promise.reject(new Error("private")) });
  const draft = new Draft("m");
  draft.add([said(0)], 20);
  await draft.forget();
  expect(await cutOff("m")).toBeUndefined();
});
