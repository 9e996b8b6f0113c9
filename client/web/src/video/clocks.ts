// The clocks of publications, 48 kHz, against performance.now(). The voice counts by them, too: so lips fit.

import { distance } from "../codec/frame";

const perMs = 48;

/** One's own publication's clock. Without a microphone it runs by itself. */
export class OwnClock {
  private known = { time: 0, at: 0 };

  /** A capture time of the voice, and when that was, ms. */
  set(time: number, at: number): void {
    this.known = { time, at };
  }

  /** The time at a moment, u32. */
  time(at: number): number {
    return (this.known.time + Math.round((at - this.known.at) * perMs)) >>> 0;
  }
}

/** When the voices of others are heard. */
export class HeardClocks {
  private of = new Map<number, { time: number; at: number }>();

  /** All voices that play now: a capture time of each, and when the sound of then is heard, ms. */
  set(heard: [publication: number, time: number, at: number][]): void {
    this.of = new Map(heard.map(([publication, time, at]) => [publication, { time, at }]));
  }

  /** When the sound captured at a time is heard, ms; undefined while the voice is silent. */
  at(publication: number, time: number): number | undefined {
    const known = this.of.get(publication);
    return known && known.at + distance(time, known.time) / perMs;
  }
}
