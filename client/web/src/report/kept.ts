// The reports that this browser keeps until they are stored: a reload loses none. Where a browser keeps nothing it is empty.

/** The name of the cache: where there is none, nothing waits. */
export const keptName = "diemcau-reports";

/** A report that is recorded. */
export interface Kept {
  code: string; // of the meeting
  hash: string;
  title: string;
  ms: number;
  sent: boolean; // it is to go up; else the person has not decided yet
}

const address = (hash: string) => `/reports/${hash}`; // of nothing: only a key

/** What is tried with the cache; undefined where it cannot be had. */
export async function tried<T>(attempt: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  if (typeof caches === "undefined") return undefined;
  try {
    return await attempt(await caches.open(keptName));
  } catch {
    return undefined;
  }
}

/** Keeps a report, or what is known of it now; false if the browser has no room for it. */
export const keep = async (of: Kept, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const headers = { "x-report": encodeURIComponent(JSON.stringify(of)) };
  const done = await tried(async (cache) => {
    await cache.put(address(of.hash), new Response(bytes, { headers }));
    return true;
  });
  return done === true;
};

/** What is read from the cache if there is one: to look makes none. */
export async function looked<T>(read: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  if (typeof caches === "undefined" || !(await caches.has(keptName).catch(() => false))) return undefined;
  return tried(read);
}

/** Takes an empty cache away. */
export async function tidied(cache: Cache): Promise<void> {
  if ((await cache.keys()).length === 0) await caches.delete(keptName);
}

/** Forgets it; the last one takes the cache with it. */
export const forget = (hash: string): Promise<unknown> =>
  tried(async (cache) => {
    await cache.delete(address(hash));
    await tidied(cache);
  });

/** All that is kept for a meeting. */
export async function kept(code: string): Promise<[Kept, Uint8Array<ArrayBuffer>][]> {
  const all = await looked(async (cache) => {
    const found = await cache.matchAll();
    return Promise.all(
      found.map(
        async (response): Promise<[Kept, Uint8Array<ArrayBuffer>]> => [
          JSON.parse(decodeURIComponent(response.headers.get("x-report") ?? "{}")),
          new Uint8Array(await response.arrayBuffer()),
        ],
      ),
    );
  });
  return (all ?? []).filter(([of]) => of.code === code);
}
