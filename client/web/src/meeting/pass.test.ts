import { afterEach, describe, expect, test, vi } from "vitest";
import { forgetPass, keepPass, loadPass, nameIn, newKey, prove, publicKey } from "./pass";

const site = { id: "s1", name: "Xã Ga Ry", unit: "u1" };

/** As much of IndexedDB as the pass needs: one store, answers later. */
function fakeStore() {
  const kept = new Map<string, unknown>();
  const request = (result: unknown) => ({ result, error: null });
  const table = {
    put: (value: unknown, key: string) => request(kept.set(key, value) && key),
    get: (key: string) => request(kept.get(key)),
    delete: (key: string) => request(kept.delete(key) && undefined),
  };
  const transaction = () => {
    const begun = { objectStore: () => table, oncomplete: () => {}, onabort: () => {} };
    queueMicrotask(() => begun.oncomplete());
    return begun;
  };
  const db = { transaction, close: () => {}, createObjectStore: () => table };
  return {
    open: () => {
      const opening = { result: db, onsuccess: () => {}, onupgradeneeded: () => {}, onerror: () => {} };
      queueMicrotask(() => opening.onsuccess());
      return opening;
    },
  };
}

afterEach(() => vi.unstubAllGlobals());

const bytes = (base64url: string) =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

describe("the pass of a site", () => {
  test("is kept, proves, and is forgotten", async () => {
    vi.stubGlobal("indexedDB", fakeStore());
    expect(await loadPass()).toBeUndefined();
    expect(await prove("x")).toBe("");
    const pair = await newKey();
    await keepPass({ pass: "v4.public.abc", site, key: pair.privateKey });
    expect(await loadPass()).toMatchObject({ pass: "v4.public.abc", site });
    const text = "diemcau proof\nabc-def-ghj\nsecret";
    const proof = await prove(text);
    expect(proof).toMatch(/^[\w-]{86}$/); // 64 bytes: raw r‖s
    const jwk = await publicKey(pair);
    expect(Object.keys(jwk).sort()).toEqual(["crv", "kty", "x", "y"]);
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
    const verify = (of: string) =>
      crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(proof), new TextEncoder().encode(of));
    expect(await verify(text)).toBe(true);
    expect(await verify(`${text}!`)).toBe(false);
    await forgetPass();
    expect(await loadPass()).toBeUndefined();
  });

  test("its key cannot be read", async () => {
    const { privateKey } = await newKey();
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("jwk", privateKey)).rejects.toThrow();
  });

  test("is none where the browser forbids storage", async () => {
    vi.stubGlobal("indexedDB", {
      open: () => {
        throw new Error("forbidden");
      },
    });
    expect(await loadPass()).toBeUndefined();
  });
});

test("a pass may say a name", () => {
  const of = (said: string) => `v4.public.${Buffer.from(said + "s".repeat(64)).toString("base64url")}.Zm9vdA`;
  expect(nameIn(of('{"m":"abc-def-ghj","n":"Bh\'riu Thị Nem"}'))).toBe("Bh'riu Thị Nem");
  for (const bad of ["", "v4.public.abc", of("{}"), of('{"n":7}'), of("no JSON"), of("null")])
    expect(nameIn(bad)).toBe("");
});
