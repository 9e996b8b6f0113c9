// The short form in which seats travel.

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
    id: id.toString(16).padStart(8, "0"),
    name,
    publication: publication || id,
    here: (flags & here) !== 0,
    muted: (flags & muted) !== 0,
    listen: (flags & listen) !== 0,
    role: roles[role] ?? "",
    invited,
  };
}
