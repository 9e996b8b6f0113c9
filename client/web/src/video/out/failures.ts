// Encoders that fail: what is tried instead.

import type { VideoCodec } from "../../transport/control";
import type { SourceName } from "../messages";

const apart = 60_000; // ms after which a failure is not the next of a row

interface Count {
  times: number;
  last: number; // ms
}

/** Counts the failures of each codec: after the first it is tried in software, after the next it is given up. */
export class Failures {
  #of = new Map<string, Count>();

  /** Counts one at a moment in ms. Returns whether the codec is given up by it. */
  count(source: SourceName, codec: VideoCodec, cause: unknown, now: number): boolean {
    // The browser takes encoders away from pages that nobody has looked at for long; they come back when asked for.
    if (cause instanceof DOMException && cause.name === "QuotaExceededError") return false;
    const of = this.#of.get(source + codec) ?? { times: 0, last: Number.NEGATIVE_INFINITY };
    if (of.times >= 2) return false;
    of.times = now - of.last < apart ? of.times + 1 : 1;
    of.last = now;
    this.#of.set(source + codec, of);
    return of.times >= 2;
  }

  /** Forgets those of a source: it was the old camera whose pictures no encoder took. */
  forget(source: SourceName): void {
    for (const key of [...this.#of.keys()]) if (key.startsWith(source)) this.#of.delete(key);
  }

  /** Whether a codec is to be tried in software only. */
  software(source: SourceName, codec: VideoCodec): boolean {
    return this.#of.has(source + codec);
  }

  /** Whether a codec was given up. */
  given(source: SourceName, codec: VideoCodec): boolean {
    return (this.#of.get(source + codec)?.times ?? 0) >= 2;
  }
}
