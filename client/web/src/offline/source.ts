// Where the files of a new page come from: the session itself, or plain HTTP.

import { Writer } from "../fec";
import { BadBundle, type Bytes, type Entry, indexName, manifestName, maxManifest, pathOf } from "./manifest";

/** Gives the files of a page. Everything rejects when the line breaks; what came may be kept for the next time. */
export interface Source {
  manifest(): Promise<Bytes>;
  /** The file itself, unpacked. */
  file(entry: Entry): Promise<Bytes>;
}

/** The part of a session that files need. */
export interface Streams {
  openStream(): Promise<{ readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> }>;
}

const patience = 60_000; // ms
const maxUnpacked = 4 << 20; // bytes

/** Gives files over streams of a session. What came before a session broke is asked for only once. */
export class SessionSource implements Source {
  readonly #parts = new Map<string, Uint8Array[]>(); // of files that are not whole
  #streams: Streams | undefined;
  #abort = new AbortController();

  /** Asks this session from now on; undefined: none. What is under way in an earlier one rejects. */
  use(streams: Streams | undefined): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#streams = streams;
  }

  manifest(): Promise<Bytes> {
    return this.raw(manifestName, maxManifest);
  }

  async file(entry: Entry): Promise<Bytes> {
    const bytes = await this.raw(entry.name, entry.size, entry.size);
    return entry.gzip ? unpack(bytes) : bytes;
  }

  /** A file as it travels, of at least and at most so many bytes. */
  async raw(name: string, most: number, least = 0): Promise<Bytes> {
    const parts = this.#parts.get(name) ?? [];
    this.#parts.set(name, parts);
    const before = sizeOf(parts);
    await this.#read(name, parts, most);
    const size = sizeOf(parts);
    if (size >= least || size === before) this.#parts.delete(name); // whole, or it will never be
    if (size < least) throw new Error("the file ended early");
    return join(parts, size);
  }

  /** Adds what is still missing to the parts of a file. */
  async #read(name: string, parts: Uint8Array[], most: number): Promise<void> {
    const { signal } = this.#abort;
    if (!this.#streams) throw new Error("no session");
    const { readable, writable } = await this.#streams.openStream();
    const reader = readable.getReader();
    const stop = () => void reader.cancel().catch(() => undefined);
    signal.addEventListener("abort", stop);
    try {
      let size = sizeOf(parts);
      void ask(writable, name, size);
      for (let r = await reader.read(); !r.done && !signal.aborted; r = await reader.read()) {
        parts.push(r.value);
        size += r.value.length;
        if (size > most) {
          this.#parts.delete(name);
          throw new BadBundle("the file is too long");
        }
      }
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }
}

async function ask(writable: WritableStream<Uint8Array>, name: string, from: number): Promise<void> {
  const request = new TextEncoder().encode(JSON.stringify({ type: "file", name, from }));
  const writer = writable.getWriter();
  // The relay may have all it wants before it sees the end.
  writer.closed.catch(() => undefined);
  await writer.write(new Writer().block(request).done()).catch(() => undefined);
  await writer.close().catch(() => undefined);
}

/** Gives files over HTTP. */
export const httpSource: Source = {
  manifest: () => get(pathOf(manifestName), "no-cache"),
  file: ({ name }) => get(pathOf(name), name === indexName ? "no-cache" : "default"),
};

async function get(path: string, cache: RequestCache): Promise<Bytes> {
  const answer = await fetch(path, { cache, signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Unpacks gzip. Throws BadBundle if it is none, is cut short, or hides something huge. */
async function unpack(bytes: Bytes): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let size = 0;
  try {
    for (let r = await reader.read(); !r.done; r = await reader.read()) {
      parts.push(r.value);
      size += r.value.length;
      if (size > maxUnpacked) throw new BadBundle();
    }
  } catch {
    void reader.cancel().catch(() => undefined);
    throw new BadBundle("the file cannot be unpacked");
  }
  return join(parts, size);
}

function sizeOf(parts: Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function join(parts: Uint8Array[], size: number): Bytes {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
