import { beforeEach, describe, expect, it, vi } from "vitest";
import { keptSeat } from "./memory";
import { isHere, isNear } from "./site";

const code = "abc-def-ghj";
const seat = { token: "v4.public.x", name: "Xã Na", muted: true };

function items() {
  const kept = new Map<string, string>();
  return {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
  };
}

/** The browser's locks: one at a time, each for as long as its holder wants. */
class Locks {
  held: { name: string }[] = [];
  async request(name: string, { signal }: { signal: AbortSignal }, hold: () => Promise<unknown>): Promise<void> {
    if (this.held.length > 0) return new Promise((_, reject) => signal.addEventListener("abort", reject));
    this.held.push({ name });
    await hold();
    this.held = [];
  }
  query = async () => ({ held: this.held });
}

/** Another tab, or the same browser after its power was cut: what it keeps on disk stays. */
async function tab(locks = new Locks()) {
  vi.stubGlobal("navigator", { locks });
  vi.stubGlobal("sessionStorage", items());
  vi.resetModules();
  return import("./site");
}

beforeEach(() => {
  vi.stubGlobal("localStorage", items());
  return () => vi.unstubAllGlobals();
});

describe("isNear", () => {
  it.each([
    [
      "127.0.0.1",
      "localhost",
      "[::1]",
      "10.1.2.3",
      "192.168.1.20",
      "172.16.0.9",
      "172.31.0.9",
      "169.254.7.7",
      "phong-hop.local",
      "[fd00::1]",
      "[fe80::1]",
    ],
  ])("is true of this computer and this building", (...hosts) => {
    expect(hosts.filter((host) => !isNear(host))).toEqual([]);
  });

  it.each([
    [
      "hop.example.vn",
      "8.8.8.8",
      "172.32.0.1",
      "172.15.0.1",
      "10.example.vn",
      "127.0.0.1.example.vn",
      "local",
      "localhost.vn",
      "[2001:db8::1]",
      "fd.example.vn",
    ],
  ])("is false of every other", (...hosts) => {
    expect(hosts.filter(isNear)).toEqual([]);
  });

  it("knows which names mean this very computer", () =>
    expect(["127.0.0.1", "localhost", "[::1]", "192.168.1.2", "127.example.vn"].map(isHere)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]));
});

describe("a browser that sat in a meeting when its power was cut", () => {
  it("returns to it once, on the same seat", async () => {
    (await tab()).sitDown(code, seat);
    const again = await tab();
    await again.reclaim();
    expect(keptSeat(code)).toEqual(seat);
    expect(again.takeLost([{ code: "xyz-xyz-xyz" }])).toBeUndefined(); // the site is not in it, or not yet
    expect(again.takeLost([{ code: "xyz-xyz-xyz" }, { code }])).toBe(code);
    expect(again.takeLost([{ code }])).toBeUndefined();
  });

  it("does not after it rose, or where it has gone elsewhere meanwhile", async () => {
    const site = await tab();
    site.sitDown(code, seat);
    site.rise();
    const again = await tab();
    await again.reclaim();
    expect([keptSeat(code), again.takeLost([{ code }])]).toEqual([undefined, undefined]);
    again.sitDown(code, seat);
    const third = await tab();
    await third.reclaim();
    third.sitDown("xyz-xyz-xyz", seat);
    expect(third.takeLost([{ code }])).toBeUndefined();
  });

  it("does not take the seat from another tab that sits", async () => {
    const locks = new Locks();
    const first = await tab(locks);
    first.sitDown(code, seat);
    const second = await tab(locks);
    await second.reclaim();
    expect([keptSeat(code), second.takeLost([{ code }])]).toEqual([undefined, undefined]);
    first.rise();
    await vi.waitFor(() => expect(locks.held).toEqual([]));
  });

  it("holds its place while its microphone is turned off and on", async () => {
    const locks = new Locks();
    const site = await tab(locks);
    for (const muted of [true, false, true]) site.sitDown(code, { ...seat, muted });
    expect(locks.held).toHaveLength(1);
    const again = await tab();
    await again.reclaim();
    expect(keptSeat(code)?.muted).toBe(true);
  });

  it("does without it where the browser has no locks", async () => {
    vi.stubGlobal("navigator", {});
    vi.resetModules();
    const site = await import("./site");
    site.sitDown(code, seat);
    await site.reclaim();
    expect(site.takeLost([{ code }])).toBeUndefined();
    site.rise();
  });
});
