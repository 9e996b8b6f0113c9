// Hop 4 of a packet's way: the living sessions of one line, as the one path that the line sends on.

import type { Path } from "./line";

/** Several paths as one. Every datagram goes on the next one that takes it, never on one that is blocked. */
export class Paths implements Path {
  private readonly list: Path[] = [];
  private next = 0;

  /** The next datagram goes on this path, so that the relay knows it and answers there. */
  add(path: Path): void {
    if (this.list.includes(path)) return;
    this.list.splice(this.next, 0, path);
  }

  /** Sends nothing more on this path. */
  remove(path: Path): void {
    const at = this.list.indexOf(path);
    if (at < 0) return;
    this.list.splice(at, 1);
    if (at < this.next) this.next--;
    if (this.next >= this.list.length) this.next = 0;
  }

  get ready(): boolean {
    return this.list.some((path) => path.ready);
  }

  send(datagram: Uint8Array<ArrayBuffer>): void {
    for (let i = 0; i < this.list.length; i++) {
      const path = this.list[this.next];
      this.next = (this.next + 1) % this.list.length;
      if (!path.ready) continue;
      path.send(datagram);
      return;
    }
  }
}
