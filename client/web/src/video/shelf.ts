// The pages of slides that this browser keeps, by hash, so that none comes twice. Both the page and its video worker use it. Where a browser keeps nothing it is empty.

const name = "diemcau-slides";
const most = 800; // files: some 30 MB; the oldest go

const address = (hash: string) => `/slides/${hash}`; // of nothing: only a key

/** Runs an attempt that a browser may refuse: a private window, a full disk. */
async function tried<T>(attempt: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  if (typeof caches === "undefined") return undefined; // not a secure page
  try {
    return await attempt(await caches.open(name));
  } catch {
    return undefined;
  }
}

/** The file with this hash, if it is kept. */
export const taken = (hash: string): Promise<ArrayBuffer | undefined> =>
  tried(async (cache) => (await cache.match(address(hash)))?.arrayBuffer());

/** Keeps a file. */
export const keep = (hash: string, bytes: ArrayBuffer): Promise<unknown> =>
  tried(async (cache) => {
    await cache.put(address(hash), new Response(bytes));
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(keys.length - most, 0)).map((key) => cache.delete(key)));
  });

/** The hashes of all that is kept. */
export async function kept(): Promise<string[]> {
  const keys = await tried((cache) => cache.keys());
  return (keys ?? []).map(({ url }) => url.slice(url.lastIndexOf("/") + 1));
}

/** The name of a file: base64url of its SHA-256, without padding. */
export async function hashOf(bytes: BufferSource): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...sum))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");
}
