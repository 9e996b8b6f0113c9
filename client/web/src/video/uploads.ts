// What this page brings to the relay, in chunks: first what was offered first, some files at once, again after an outage from where it was.

import { Class, chunkSize, LAYER } from "../frames/frame";
import type { BlobKind, PictureFromRelay } from "../transport/control";
import type { Host } from "./seam";

const atOnce = 4; // files: the relay takes 8 of a line
const window = 6; // chunks of a file under way
const soon = 24_000; // bytes: a page in few bytes, which others wait for
const look = 3000; // ms between two looks at what does not move
const stuck = 15_000; // ms without anything: then it is offered again
const rest = 4000; // ms until a busy relay is asked again
const busy = ["files-busy", "files-waiting"];

/** A file that goes up. */
interface Upload {
  hash: string;
  kind: BlobKind;
  bytes: Uint8Array;
  id?: number; // of its transfer, once it is accepted
  offered: boolean;
  left: Set<number>; // chunks that are to be sent
  under: Set<number>; // way
  moved: number; // when something happened last
}

/** Brings files. */
export class Uploads {
  private readonly files = new Map<string, Upload>(); // by hash, in the order of the offers
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly host: Host,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.timer = setInterval(() => this.look(), look);
  }

  /** Begins to bring a file. */
  offer(hash: string, kind: BlobKind, bytes: ArrayBuffer): void {
    if (this.files.has(hash)) return;
    this.files.set(hash, {
      hash,
      kind,
      bytes: new Uint8Array(bytes),
      offered: false,
      left: new Set(),
      under: new Set(),
      moved: this.now(),
    });
    this.next();
  }

  /** A line begins or goes on: what is not stored is offered again. */
  begin(): void {
    for (const file of this.files.values()) this.withdraw(file);
    this.next();
  }

  /** Takes what the relay says of files that go up. */
  message(message: PictureFromRelay): boolean {
    if (message.type === "stored") {
      if (this.files.delete(message.hash)) this.next();
      this.host.post({ type: "stored", hash: message.hash });
      return true;
    }
    if (message.type !== "accept") return false;
    const file = this.files.get(message.hash);
    if (!file) return true;
    file.moved = this.now();
    if (message.id !== undefined) {
      this.accepted(file, message.id, message.missing);
      return true;
    }
    this.withdraw(file);
    if (busy.includes(message.code ?? "")) {
      file.moved += rest - stuck; // look offers it again
      file.offered = true;
      return true;
    }
    this.files.delete(message.hash);
    this.next();
    return false; // the page tells whoever shows it
  }

  close(): void {
    clearInterval(this.timer);
    this.files.clear();
  }

  private next(): void {
    let n = 0;
    for (const file of this.files.values()) {
      if (++n > atOnce) return;
      if (file.offered) continue;
      file.offered = true;
      file.moved = this.now();
      const { hash, kind } = file;
      this.host.tell({ type: "offer", hash, size: file.bytes.length, kind });
    }
  }

  private withdraw(file: Upload): void {
    if (file.id !== undefined) this.host.drop(file.id, LAYER.bulk);
    file.id = undefined;
    file.offered = false;
    file.under.clear();
  }

  private accepted(file: Upload, id: number, missing?: [number, number][]): void {
    if (file.id !== id) file.under.clear();
    file.id = id;
    const all = Math.ceil(file.bytes.length / chunkSize);
    file.left.clear();
    for (const [from, to] of missing ?? [[0, all]]) {
      for (let i = from; i < Math.min(to, all); i++) if (!file.under.has(i)) file.left.add(i);
    }
    this.push(file);
  }

  private push(file: Upload): void {
    const { id, bytes, left, under } = file;
    if (id === undefined) return;
    for (const chunk of left) {
      if (under.size >= window) return;
      left.delete(chunk);
      under.add(chunk);
      const payload = bytes.subarray(chunk * chunkSize, (chunk + 1) * chunkSize);
      const done = (delivered: boolean) => this.done(file, id, chunk, delivered);
      const frame = {
        publication: id,
        layer: LAYER.bulk,
        sequence: chunk,
        time: bytes.length,
        key: false,
        temporal: 0,
        codec: 0,
        back: 0,
        payload,
      };
      const urgent = file.kind === "slide" && bytes.length <= soon;
      this.host.push({ frame, class: urgent ? Class.Now : Class.Ahead, deadline: 0, done });
    }
  }

  private done(file: Upload, id: number, chunk: number, delivered: boolean): void {
    if (file.id !== id || !file.under.delete(chunk)) return;
    if (!delivered) {
      file.left.add(chunk); // with the next line, or the next look
      return;
    }
    file.moved = this.now();
    const all = Math.ceil(file.bytes.length / chunkSize);
    const part = Math.max(0, 1 - (file.left.size + file.under.size) / all);
    this.host.post({ type: "progress", hash: file.hash, part });
    this.push(file);
  }

  private look(): void {
    for (const file of this.files.values()) {
      if (file.offered && this.now() - file.moved > stuck) this.withdraw(file);
    }
    this.next();
  }
}
