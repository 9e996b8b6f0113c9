// Files in chunks, both ways: pages of slides come and are kept, what this page shows goes up.

import { chunkSize, type Frame } from "../frames/frame";
import type { BlobKind, PictureFromRelay } from "../transport/control";
import type { Files, Host } from "./seam";
import { hashOf, keep, kept } from "./shelf";
import { Uploads } from "./uploads";

const prefix = 8; // characters of a hash that say that a file is kept
const mostHave = 1200;
const mostSize = 8 << 20;
const mostTransfers = 64; // under way: more are given up, the oldest first

/** A file that comes. */
interface Coming {
  size: number;
  parts: (Uint8Array | undefined)[];
  left: number;
  hash?: string; // as announced
  kind: BlobKind;
}

/** Moves files. */
export class Blobs implements Files {
  private readonly uploads: Uploads;
  private readonly hashes = new Set<string>(); // that are kept
  private readonly coming = new Map<number, Coming>(); // by transfer, the oldest first
  private readonly halves = new Map<string, Coming>(); // by hash: another transfer may go on with one

  constructor(private readonly host: Host) {
    this.uploads = new Uploads(host);
    void kept().then((hashes) => {
      for (const hash of hashes) this.hashes.add(hash);
      if (hashes.length > 0) host.watch();
    });
  }

  begin(fresh: boolean): void {
    if (fresh) {
      this.coming.clear(); // their ids were the old line's
      this.halves.clear();
    }
    this.uploads.begin();
  }

  have(): string[] {
    return [...this.hashes].slice(-mostHave).map((hash) => hash.slice(0, prefix));
  }

  offer(hash: string, kind: BlobKind, bytes: ArrayBuffer): void {
    this.uploads.offer(hash, kind, bytes);
  }

  onBulk({ publication, sequence, time, payload }: Frame): void {
    const file = this.coming.get(publication) ?? this.expect(publication, time);
    if (!file || file.size !== time || file.parts[sequence] || sequence >= file.parts.length) return;
    if (payload.length !== Math.min(chunkSize, file.size - sequence * chunkSize)) return;
    file.parts[sequence] = payload;
    file.left--;
    if (file.hash) this.host.post({ type: "progress", hash: file.hash, part: 1 - file.left / file.parts.length });
    if (file.left === 0) void this.finish(publication, file);
  }

  message(message: PictureFromRelay): boolean {
    if (message.type !== "blob") return this.uploads.message(message);
    const { id, hash, size, kind } = message;
    const before = this.halves.get(hash);
    const file = this.coming.get(id) ?? (before?.size === size ? before : this.expect(id, size));
    if (!file) return true;
    file.hash = hash;
    file.kind = kind;
    this.coming.set(id, file);
    this.halves.set(hash, file);
    return true;
  }

  close(): void {
    this.uploads.close();
  }

  /** Chunks may come before the word of what they are of. */
  private expect(id: number, size: number): Coming | undefined {
    if (size < 1 || size > mostSize) return undefined;
    const n = Math.ceil(size / chunkSize);
    const file: Coming = { size, parts: new Array(n), left: n, kind: "slide" };
    this.coming.set(id, file);
    for (const [oldest, { hash }] of this.coming) {
      if (this.coming.size <= mostTransfers) break;
      this.coming.delete(oldest);
      if (hash) this.halves.delete(hash);
    }
    return file;
  }

  private async finish(id: number, file: Coming): Promise<void> {
    this.coming.delete(id);
    if (file.hash) this.halves.delete(file.hash);
    const bytes = new Uint8Array(file.size);
    file.parts.forEach((part, i) => {
      if (part) bytes.set(part, i * chunkSize);
    });
    file.parts.length = 0;
    const hash = await hashOf(bytes);
    if (file.hash && file.hash !== hash) return; // damaged: it is asked for by nobody, and comes again with the next line
    await keep(hash, bytes.buffer);
    this.hashes.add(hash);
    this.host.post({ type: "blob", hash, kind: file.kind, bytes: bytes.buffer }, [bytes.buffer]);
  }
}
