// The short form in which seats travel.

import type { WireView } from "./messages";
import type { Role, Seat } from "./view";

const [here, muted, listen] = [1, 2, 4];
const roles: Record<string, Role> = {
  c: "chair",
  d: "deputy",
  s: "secretary",
  t: "technician",
  v: "site",
  g: "guest",
  o: "observer",
  w: "waiting",
};

/** The id of a seat: its number in hexadecimal. */
export const seatId = (number: number): string => number.toString(16).padStart(8, "0");

/** A seat out of `[id, name, publication, flags, role, invited]`, of which the end may be left away. */
export function readSeat(row: unknown): Seat & { publication: number } {
  const [id, name, publication, flags = 0, role = "", invited = 0] = row as [
    number,
    string,
    number?,
    number?,
    string?,
    number?,
  ];
  return {
    id: seatId(id),
    name,
    publication: publication || id,
    here: (flags & here) !== 0,
    muted: (flags & muted) !== 0,
    listen: (flags & listen) !== 0,
    role: roles[role] ?? "",
    invited,
  };
}

/** The seats of a view, by id. An invited site's has the name in the plan, and need not say it. */
export function readSeats({ seats, plan }: WireView): Map<string, Seat> {
  const { invited = [] } = (plan ?? {}) as { invited?: [n: number, name: string][] };
  const names = new Map(invited.map(([n, name]) => [n, name]));
  const rows = Array.isArray(seats) ? seats.map(readSeat) : [];
  return new Map(rows.map((seat) => [seat.id, { ...seat, name: seat.name || (names.get(seat.invited ?? 0) ?? "") }]));
}
