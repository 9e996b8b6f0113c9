// Who is here, in an order that does not jump.

import type { Seat } from "./view";

const collator = new Intl.Collator("vi", { numeric: true, sensitivity: "accent" });

/**
 * The seats in the order of the list: one's own first, then by name as Vietnamese sorts it. A seat keeps its place when it speaks, mutes or
 * loses its line: on a bad line that happens every minute, and the eye finds a name where it was.
 */
export function orderSeats(seats: Iterable<Seat>, you: string | undefined): Seat[] {
  return [...seats].sort((a, b) => {
    if (a.id === you || b.id === you) return a.id === you ? -1 : 1;
    return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
  });
}

/** How many are connected, and how many have lost their line but keep their seat. */
export function countSeats(seats: Iterable<Seat>): { here: number; away: number } {
  let here = 0;
  let away = 0;
  for (const seat of seats) seat.here ? here++ : away++;
  return { here, away };
}

/** Whether a seat is in another building than one's own: the upper 12 bits of a publication name the relay that issued it. */
export function isElsewhere(seat: Seat, own: Seat | undefined): boolean {
  return relayOf(seat) !== relayOf(own);
}

const relayOf = (seat: Seat | undefined): number => (seat?.publication ?? 0) >>> 20;

/** What a seat's mark says; the first that applies, since a lost line explains everything else. Beyond: the line between here and there is lost. */
export type Mark = "beyond" | "away" | "listen" | "muted" | "speaking" | undefined;

/** The mark of a seat. */
export function markOf(seat: Seat, speaking: boolean): Mark {
  if (!seat.here) return "away";
  if (seat.listen) return "listen";
  if (seat.muted) return "muted";
  return speaking ? "speaking" : undefined;
}

/** How tightly the list is set: few seats are large tiles, many are rows. */
export function density(seats: number): "few" | "some" | "many" {
  if (seats <= 6) return "few";
  return seats <= 30 ? "some" : "many";
}
