// The kept page: a cache that the service worker gives out. It holds every file under its path, the page itself as "/", and the manifest.

import { type Bytes, type Entry, type Manifest, manifestName, pathOf, readManifest, sha256 } from "./manifest";

/** The name of the cache, as in sw.ts. */
export const cacheName = "diemcau";

const manifestPath = pathOf(manifestName);

/** The page that this browser keeps. Everything rejects where storage is forbidden. */
export class Store {
  /** The build of the kept page, undefined without one. */
  async build(): Promise<string | undefined> {
    const manifest = await this.#read(manifestPath);
    return manifest && (await sha256(manifest));
  }

  /** The manifest of the kept page, undefined without one. */
  async manifest(): Promise<Manifest | undefined> {
    const bytes = await this.#read(manifestPath);
    return bytes && readManifest(bytes);
  }

  /** A file that this browser has already: kept, or left by an earlier visit. It costs no byte of the line. */
  async find(entry: Entry): Promise<Bytes | undefined> {
    const path = pathOf(entry.name);
    for (const look of [() => this.#read(path), () => left(path)]) {
      const bytes = await look();
      if (bytes && (await sha256(bytes)) === entry.sha256) return bytes;
    }
    return undefined;
  }

  /** Keeps a file. Keeping index.html makes its page the one of the next visit. */
  async keep(entry: Entry, bytes: Bytes, { headers }: Manifest): Promise<void> {
    await this.#put(pathOf(entry.name), bytes, { ...headers, "Content-Type": entry.type });
  }

  /** Keeps the manifest, after all its files, and forgets files that neither it nor the running page has. */
  async finish(manifest: Manifest, bytes: Bytes, running: Manifest | undefined): Promise<void> {
    await this.#put(manifestPath, bytes, { "Content-Type": "application/json" });
    const wanted = new Set([manifestPath]);
    for (const { name } of [...manifest.files, ...(running?.files ?? [])]) wanted.add(pathOf(name));
    const cache = await caches.open(cacheName);
    for (const request of await cache.keys()) {
      if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
    }
  }

  async #put(path: string, bytes: Bytes, headers: Record<string, string>): Promise<void> {
    await (await caches.open(cacheName)).put(path, new Response(bytes, { headers }));
  }

  async #read(path: string): Promise<Bytes | undefined> {
    const kept = await caches.match(path, { cacheName });
    return kept && new Uint8Array(await kept.arrayBuffer());
  }
}

/** A file in the browser's own HTTP cache. */
async function left(path: string): Promise<Bytes | undefined> {
  try {
    const answer = await fetch(path, { cache: "only-if-cached", mode: "same-origin" });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}
