// Stand-ins for what only browsers and relays have: the cache storage, and a session that gives files. They keep the rules of the real ones.

import { gzipSync } from "node:zlib";
import { type Bytes, indexName, type Manifest, manifestName, sha256 } from "./manifest";
import type { Streams } from "./source";

const origin = "https://hop.example.vn";

/** A browser's cache storage, with caches by name and entries by path. */
export class FakeCaches {
  readonly all = new Map<string, Map<string, Response>>();

  private of(name: string): Map<string, Response> {
    const cache = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, cache);
    return cache;
  }

  async match(path: string, { cacheName }: { cacheName: string }): Promise<Response | undefined> {
    return this.all.get(cacheName)?.get(path)?.clone();
  }

  async open(name: string) {
    const cache = this.of(name);
    return {
      put: async (path: string, response: Response) => void cache.set(path, response),
      keys: async () => [...cache.keys()].map((path) => ({ url: origin + path })),
      delete: async ({ url }: { url: string }) => cache.delete(new URL(url).pathname),
    };
  }

  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }

  /** What the browser would give out now, by path. */
  async texts(name = "diemcau"): Promise<Record<string, string>> {
    const texts: Record<string, string> = {};
    for (const [path, response] of this.all.get(name) ?? []) texts[path] = await response.clone().text();
    return texts;
  }
}

export const encode = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));

/** A page as a relay has it. */
export interface Page {
  build: string;
  manifest: Manifest;
  files: Record<string, Bytes>; // in the form that travels, with the manifest
}

/** Makes a page of the texts of its files. */
export async function pageOf(texts: Record<string, string>): Promise<Page> {
  const manifest: Manifest = { files: [], headers: { "Content-Security-Policy": "default-src 'none'" } };
  const files: Record<string, Bytes> = {};
  for (const [name, text] of Object.entries({ [indexName]: "<!doctype html>", ...texts })) {
    const content = encode(text);
    const gzip = name.endsWith(".js");
    files[name] = gzip ? new Uint8Array(gzipSync(content)) : content;
    const type = name === indexName ? "text/html" : "text/plain";
    manifest.files.push({ name, type, size: files[name].length, sha256: await sha256(content), ...(gzip && { gzip }) });
  }
  files[manifestName] = encode(JSON.stringify(manifest));
  return { build: await sha256(files[manifestName]), manifest, files };
}

/** A session with a relay that gives the files of a page, four bytes at a time. */
export class FakeSession implements Streams {
  readonly asked: { name: string; from: number }[] = [];
  /** How many bytes of a file pass before the stream breaks; afterwards it passes whole. */
  breaks: Record<string, number> = {};
  /** How many bytes of a file pass before the stream ends as if that were all. */
  ends: Record<string, number> = {};
  /** Files of which nothing ever comes. */
  readonly hang = new Set<string>();

  constructor(readonly files: Record<string, Bytes>) {}

  async openStream() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const { readable: answer, writable: out } = new TransformStream<Uint8Array, Uint8Array>();
    void this.serve(readable, out).catch(() => undefined);
    return { readable: answer, writable };
  }

  private async serve(requests: ReadableStream<Uint8Array>, out: WritableStream<Uint8Array>): Promise<void> {
    const request = new Uint8Array(await new Response(requests).arrayBuffer());
    const prefix = 1 << (request[0] >> 6);
    const { type, name, from } = JSON.parse(new TextDecoder().decode(request.subarray(prefix)));
    this.asked.push({ name, from });
    const writer = out.getWriter();
    const content = this.files[name];
    if (type !== "file" || !content) return writer.abort(new Error("reset"));
    if (this.hang.has(name)) return;
    const end = Math.min(
      content.length,
      this.breaks[name] ?? Number.POSITIVE_INFINITY,
      this.ends[name] ?? content.length,
    );
    for (let at = from; at < end; at += 4) await writer.write(content.slice(at, Math.min(at + 4, end)));
    if (this.breaks[name] === undefined) return writer.close();
    delete this.breaks[name];
    // What was written is read before the stream breaks.
    await new Promise((resolve) => setTimeout(resolve));
    return writer.abort(new Error("the line broke"));
  }
}
