// What the media worker has to know of the meeting: whose voice is whose, and how far the page knows it.

import type { MeetingEvent, WireView } from "./messages";
import { seatId } from "./wire";

/** The part of events' bodies that matters here. */
type Body = { publication?: number; muted?: boolean; epoch?: number };

/** Follows the meeting. */
export class Follower {
  #publications = new Map<string, number>();
  #epoch = 0;
  #n = 0;

  /** Takes a whole view. */
  read(view: WireView): void {
    const rows = (view.seats ?? []) as [id: number, name: string, publication?: number][];
    this.#publications = new Map(rows.map(([id, , publication]) => [seatId(id), publication || id]));
    this.#n = Number(view.n ?? 0);
    this.#epoch = Number(view.epoch ?? 0);
  }

  /** Takes what happened, and says which publication is gone or fell silent with it. */
  follow({ n = this.#n, kind, seat = "", body }: MeetingEvent): { gone?: number; silent?: number } {
    const { publication, muted, epoch } = (body ?? {}) as Body;
    this.#n = n;
    if (kind === "writer" && epoch !== undefined) this.#epoch = epoch;
    const before = this.#publications.get(seat);
    if (publication !== undefined) this.#publications.set(seat, publication);
    else if (kind === "left" || kind === "removed") {
      this.#publications.delete(seat);
      return { gone: before };
    }
    return kind === "silenced" || (kind === "muted" && muted) ? { silent: before } : {};
  }

  /** What is known, for the relay; undefined: nothing. */
  get cursor(): string | undefined {
    return this.#n > 0 ? `${this.#epoch}.${this.#n}` : undefined;
  }
}
