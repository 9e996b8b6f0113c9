// Who may send pictures: the page's twin of what the relay decides.

import { isOfficer } from "./rights";
import type { Seat, View } from "./view";

/** Whether a seat may send its camera. */
export function maySend(seat: Seat | undefined): boolean {
  return seat !== undefined && seat.role !== "waiting" && seat.role !== "observer";
}

/** Whether a seat may show its screen or slides to all: those who lead, whoever has the floor, and everybody where nobody leads. */
export function mayShow({ plan, floor }: View, seat: Seat | undefined): boolean {
  if (!maySend(seat)) return false;
  return isOfficer(seat?.role) || seat?.id === floor.holder || (!plan && floor.mode === "free");
}
