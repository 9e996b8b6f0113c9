// Who came and went, gathered so that a screen reader is not talked over when a whole province joins.

import type { Seat } from "./view";

/** The people to announce at once. */
export interface Notice {
  joined: string[];
  left: string[];
}

const gather = 3000; // ms

/** Gathers joins and leaves for a few seconds. Times are ms of one clock. */
export class Notices {
  #joined = new Set<string>();
  #left = new Set<string>();
  #since: number | undefined;

  /** Looks who came and went between two states of the seats; oneself is not announced. */
  follow(
    before: ReadonlyMap<string, Seat>,
    seats: ReadonlyMap<string, Seat>,
    you: string | undefined,
    now: number,
  ): void {
    for (const [id, { name }] of seats) if (!before.has(id) && id !== you) this.joined(name, now);
    for (const [id, { name }] of before) if (!seats.has(id)) this.left(name, now);
  }

  /** Somebody took a seat. Who came and went meanwhile is not announced at all. */
  joined(name: string, now: number): void {
    this.#change(this.#joined, this.#left, name, now);
  }

  /** Somebody gave a seat up. */
  left(name: string, now: number): void {
    this.#change(this.#left, this.#joined, name, now);
  }

  /** What there is to announce at time `now`, once it has been gathered long enough. */
  take(now: number): Notice | undefined {
    if (this.#since === undefined || now - this.#since < gather) return undefined;
    const notice = { joined: [...this.#joined], left: [...this.#left] };
    this.#joined.clear();
    this.#left.clear();
    this.#since = undefined;
    return notice.joined.length + notice.left.length > 0 ? notice : undefined;
  }

  #change(to: Set<string>, from: Set<string>, name: string, now: number): void {
    if (!from.delete(name)) to.add(name);
    this.#since ??= now;
  }
}
