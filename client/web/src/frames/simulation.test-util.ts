// A line in virtual time: one Sender, one Receiver, losses and a delay between them.

import type { Frame } from "./frame";
import { isPiece } from "./piece";
import { Receiver } from "./receiver";
import { Sender } from "./sender";

/** Repeatable numbers, 0 up to 1. */
export function randomOf(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

/** A frame with a payload of so many bytes that tells its sequence. */
export function frameOf(sequence: number, size: number, more: Partial<Frame> = {}): Frame {
  const key = more.key ?? true;
  const payload = Uint8Array.from({ length: size }, (_, i) => 7 * i + sequence);
  const head = { publication: 5, layer: 4, sequence, time: 3200 * sequence, temporal: 0, codec: 1 };
  return { ...head, key, back: key ? 0 : 1, payload, ...more };
}

export class World {
  now = 0;
  loss = 0; // share, both ways
  taking = true;
  frames: { frame: Frame; at: number }[] = [];
  pieces: { at: number; bytes: Uint8Array }[] = [];
  reports = 0;
  readonly receiver = new Receiver();
  readonly sender = new Sender((bytes) => {
    if (!this.taking) return false;
    this.pieces.push({ at: this.now, bytes });
    this.carry(bytes);
    return true;
  });
  private way: { at: number; bytes: Uint8Array }[] = [];

  constructor(
    private readonly delay: number, // ms, one way
    private readonly random = randomOf(1),
  ) {}

  carry(bytes: Uint8Array): void {
    if (this.random() >= this.loss) this.way.push({ at: this.now + this.delay, bytes });
  }

  /** Goes on for some ms, in steps of 5. */
  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += 5;
      this.arrive();
      this.sender.tick(this.now);
      const report = this.receiver.report(this.now);
      if (report) {
        this.reports++;
        this.carry(report);
      }
    }
  }

  private arrive(): void {
    const due = this.way.filter(({ at }) => at <= this.now);
    this.way = this.way.filter(({ at }) => at > this.now);
    for (const { bytes } of due) {
      if (!isPiece(bytes)) this.sender.report(bytes, this.now);
      else {
        const frame = this.receiver.receive(bytes, this.now);
        if (frame) this.frames.push({ frame, at: this.now });
      }
    }
  }
}
