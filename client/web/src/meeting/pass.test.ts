import { afterEach, describe, expect, test, vi } from "vitest";
import { enrolled, keepEnrolled, newSecret, prove } from "./pass";

const site = { id: "s1", name: "Xã Ga Ry", unit: "u1" };
const curve = { name: "ECDSA", namedCurve: "P-256" };

/** As much of IndexedDB as the pass needs: one store, answers later. */
function fakeStore() {
  const kept = new Map<string, unknown>();
  const request = (result: unknown) => {
    const asked = { result, error: null, onsuccess: () => {}, onerror: () => {} };
    queueMicrotask(() => asked.onsuccess());
    return asked;
  };
  const table = {
    put: (value: unknown, key: string) => request(kept.set(key, value) && key),
    get: (key: string) => request(kept.get(key)),
    delete: (key: string) => request(kept.delete(key) && undefined),
  };
  const db = {
    transaction: () => ({ objectStore: () => table }),
    close: () => {},
    createObjectStore: () => table,
  };
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

describe("the enrolment of a site", () => {
  test("is kept, and forgotten", async () => {
    vi.stubGlobal("indexedDB", fakeStore());
    expect(await enrolled()).toBeUndefined();
    const { privateKey } = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
    await keepEnrolled({ pass: "v4.public.abc", site, key: privateKey });
    expect(await enrolled()).toMatchObject({ pass: "v4.public.abc", site });
    await keepEnrolled(undefined);
    expect(await enrolled()).toBeUndefined();
  });

  test("proves by a signature of 64 bytes, r and s", async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
    const text = `diemcau proof\nabc-def-ghj\n${newSecret()}`;
    const proof = await prove(privateKey, text);
    expect(proof).toMatch(/^[\w-]{86}$/);
    const verify = (of: string) =>
      crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, bytes(proof), new TextEncoder().encode(of));
    expect(await verify(text)).toBe(true);
    expect(await verify(`${text}!`)).toBe(false);
  });

  test("is none where the browser forbids storage", async () => {
    vi.stubGlobal("indexedDB", {
      open: () => {
        throw new Error("forbidden");
      },
    });
    expect(await enrolled()).toBeUndefined();
  });
});
