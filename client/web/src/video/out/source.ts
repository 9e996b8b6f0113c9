// A camera or a screen as it comes from the page.

import type { Shot } from "./layer";

/** Puts a source's own time stamps on the clock of performance.now(): evenly as they were filmed, not as they arrived. Times are ms. */
export class Stamps {
  #offset: number | undefined; // of the picture that was on its way for the shortest time
  #last = Number.NEGATIVE_INFINITY;

  /** When a picture was filmed, by its time stamp and its arrival. Never goes back. */
  at(stamp: number, arrival: number): number {
    const offset = arrival - stamp;
    if (this.#offset === undefined || offset < this.#offset || offset - this.#offset > 500) this.#offset = offset;
    else this.#offset += 0.005 * (offset - this.#offset); // clocks drift apart
    this.#last = Math.max(this.#last + 1, Math.min(arrival, stamp + this.#offset));
    return this.#last;
  }
}

/** Reads the pictures of a stream until it ends or is closed. */
export class Source {
  #reader: ReadableStreamDefaultReader<VideoFrame>;
  #stamps = new Stamps();
  #held: Shot | undefined;
  #closed = false;

  /** `shot` is called with each picture, which is closed after it; `ended` when the stream ends by itself; `hold` keeps the newest for later. */
  constructor(
    frames: ReadableStream<VideoFrame>,
    private readonly hold: boolean,
    private readonly events: { shot(shot: Shot): void; ended(): void },
  ) {
    this.#reader = frames.getReader();
    void this.#read();
  }

  /** The newest picture, if it is kept. */
  get held(): Shot | undefined {
    return this.#held;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    this.#reader.cancel().catch(() => {}); // it may have failed already
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const { value: frame, done } = await this.#reader.read();
        if (done) break;
        this.#take(frame);
      }
    } catch {
      // A stream that fails has ended.
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    this.events.ended();
  }

  #take(frame: VideoFrame): void {
    if (this.#closed) {
      frame.close();
      return;
    }
    const shot = { frame, at: this.#stamps.at(frame.timestamp / 1000, performance.now()) };
    if (this.hold) {
      this.#release();
      this.#held = shot;
    }
    try {
      this.events.shot(shot);
    } finally {
      if (!this.hold) frame.close();
    }
  }

  #release(): void {
    this.#held?.frame.close();
    this.#held = undefined;
  }
}
