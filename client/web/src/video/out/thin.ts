// How many of a source's pictures a layer takes, and what they refer to.

/** Thins a source's pictures to a rate by a clock of its own, so that 30 a second become an even 20. Times are ms. */
export class Thinner {
  #next = Number.NEGATIVE_INFINITY;

  /** Whether the picture of this moment is to be sent at `rate` pictures a second. */
  takes(at: number, rate: number): boolean {
    const interval = 1000 / rate;
    // Cameras are not punctual: one that comes a little early would else be left out, and the next one late.
    if (at < this.#next - Math.min(8, interval / 4)) return false;
    this.#next = Math.max(this.#next + interval, at + interval / 2);
    return true;
  }

  /** The next picture is taken. */
  reset(): void {
    this.#next = Number.NEGATIVE_INFINITY;
  }
}

/** The place of a frame in its layer. */
export interface Place {
  sequence: number;
  back: number;
}

/** Numbers the frames of a layer as they come out of its encoder, and tells which one each refers to. */
export class Numbers {
  #next = 0;
  #newest: (number | undefined)[] = []; // sequence of the newest frame of each temporal layer since the key frame

  /** The place of the next frame; undefined: it refers to what is not there, and must not be sent. */
  place(key: boolean, temporal: number): Place | undefined {
    if (key) this.#newest = [];
    const sequence = this.#next;
    let back = 0;
    if (!key) {
      const before = this.#newest.slice(0, Math.max(1, temporal)).filter((of) => of !== undefined);
      if (before.length === 0) return undefined;
      back = (sequence - Math.max(...before)) >>> 0;
      if (back > 255) return undefined;
    }
    this.#newest[key ? 0 : temporal] = sequence;
    this.#next = (sequence + 1) >>> 0;
    return { sequence, back };
  }

  /** What comes next must be a key frame: one before it could not be sent. */
  break(): void {
    this.#newest = [];
  }

  /** Begins at 0, for a new publication. */
  reset(): void {
    this.#next = 0;
    this.#newest = [];
  }
}

const keysApart = 2000; // ms

/** When a layer makes a key frame: at once where it begins, else where one is wanted, but not while one is on its way, nor twice in 2 s. */
export class Keys {
  #wanted = true;
  #begins = true;
  #last = Number.NEGATIVE_INFINITY;
  #travels = false;

  /** Somebody wants one. What is asked while one is on its way means that one. */
  want(): void {
    if (!this.#travels) this.#wanted = true;
  }

  /** The layer begins anew: the next frame must be one. */
  begin(): void {
    this.#wanted = true;
    this.#begins = true;
    this.#travels = false;
  }

  /** What was sent since the last one is lost, so another is needed, wherever that one is. */
  lost(): void {
    this.#wanted = true;
    this.#travels = false;
  }

  /** Whether the next frame is to be one, at a moment in ms. */
  due(now: number): boolean {
    return this.#wanted && (this.#begins || now - this.#last >= keysApart);
  }

  /** One goes to the encoder. */
  made(now: number): void {
    this.#wanted = false;
    this.#begins = false;
    this.#last = now;
  }

  /** One is on its way, */
  sent(): void {
    this.#travels = true;
    this.#wanted = false;
  }

  /** and is there, or was given up. */
  done(delivered: boolean): void {
    this.#travels = false;
    if (!delivered) this.#wanted = true;
  }
}
