import { afterEach, expect, it, vi } from "vitest";
import { keepRelays, keepSeat, keptRelays, keptSeat, mayReload, recall, remember, understood } from "./memory";

function storage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

afterEach(() => vi.unstubAllGlobals());

it("keeps a seat for each meeting, in this tab only", () => {
  const local = storage();
  vi.stubGlobal("sessionStorage", storage());
  vi.stubGlobal("localStorage", local);
  keepSeat("abc-def-ghj", { token: "v4.public.x", name: "Xã Na", muted: true });
  expect(keptSeat("abc-def-ghj")).toEqual({ token: "v4.public.x", name: "Xã Na", muted: true });
  expect(keptSeat("xyz-xyz-xyz")).toBeUndefined();
  expect(local.getItem("diemcau.seat.abc-def-ghj")).toBeNull();
  keepSeat("abc-def-ghj", undefined);
  expect(keptSeat("abc-def-ghj")).toBeUndefined();
});

it("takes no rubbish for a seat", () => {
  const session = storage();
  vi.stubGlobal("sessionStorage", session);
  for (const rubbish of ["{", "null", '{"token":1}', '{"token":"x"}']) {
    session.setItem("diemcau.seat.a", rubbish);
    expect(keptSeat("a")).toBeUndefined();
  }
});

it("works where storage is forbidden", () => {
  vi.stubGlobal("localStorage", undefined);
  remember("name", "Xã Na");
  expect(recall("name")).toBeUndefined();
});

it("keeps where the relays are from visit to visit, and takes no rubbish for them", () => {
  vi.stubGlobal("localStorage", storage());
  expect(keptRelays()).toBeUndefined();
  const relays = [
    { url: "https://hop.example.vn:8080/wt", hashes: ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] },
    { url: "https://public.example.vn/wt", hashes: [] },
  ];
  keepRelays(relays);
  expect(keptRelays()).toEqual(relays);
  for (const rubbish of [
    "{",
    "null",
    "[]",
    "[null]",
    '[{"url":"https://a/wt"}]',
    '[{"url":"wt","hashes":[]}]',
    '[{"url":"https://a/wt","hashes":["x"]}]',
    '[{"url":"https://a/wt","hashes":[1]}]',
  ]) {
    localStorage.setItem("diemcau.relays", rubbish);
    expect(keptRelays()).toBeUndefined();
  }
});

it("lets a page reload itself once, until a relay understands it", () => {
  vi.stubGlobal("sessionStorage", storage());
  expect([mayReload(), mayReload()]).toEqual([true, false]);
  understood();
  expect([mayReload(), mayReload()]).toEqual([true, false]);
  vi.stubGlobal("sessionStorage", undefined);
  expect(mayReload()).toBe(false);
});
