// Whether this network lets a meeting through: one session opened and closed again.

import type { Relay } from "../../meeting/messages";

/** What came out. */
export type LineResult = { way: "direct"; ms: number; slow: boolean } | { way: "backup" } | { way: "none" };

const patience = 8000; // ms: a handshake on a very bad line
const slowFrom = 700; // ms until the first answer

/** What the test needs of the world. */
export interface World {
  open(relay: Relay): Promise<void>; // a WebTransport session; rejects if there is none
  reach(): Promise<boolean>; // whether the server answers by HTTP
  now(): number; // ms
}

/** Tries all relays at once, and tells of the first that answers. */
export async function testLine(relays: readonly Relay[], world: World): Promise<LineResult> {
  const begun = world.now();
  const tries = relays.map(async (relay) => {
    await world.open(relay);
    return world.now() - begun;
  });
  const ms = await Promise.any([...tries]).catch(() => undefined);
  if (ms !== undefined) return { way: "direct", ms, slow: ms >= slowFrom };
  return { way: (await world.reach()) ? "backup" : "none" };
}

/** The world of a browser. */
export const browser: World = {
  async open({ url, hashes }) {
    const serverCertificateHashes = hashes.map((hash) => ({
      algorithm: "sha-256",
      value: Uint8Array.from(atob(hash), (c) => c.charCodeAt(0)),
    }));
    const session = new WebTransport(url, { ...(hashes.length > 0 && { serverCertificateHashes }) });
    session.closed.catch(() => undefined); // a failed handshake rejects this, too
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("late")), patience);
    });
    try {
      await Promise.race([session.ready, late]);
    } finally {
      session.close();
    }
  },
  reach: () =>
    fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(patience) }).then(
      (answer) => answer.ok,
      () => false,
    ),
  now: () => performance.now(),
};
