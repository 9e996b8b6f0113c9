// Who may do what, as far as the page has to know before it asks.

import type { MeetingEvent } from "./messages";
import type { Role, Seat, View } from "./view";

/** Whether a role leads the meeting or helps to. */
export function isOfficer(role: Role | undefined): boolean {
  return role === "chair" || role === "deputy" || role === "secretary" || role === "technician";
}

/** Whether a seat is in the lobby, where nothing is heard. */
export const isWaiting = (seat: Seat | undefined): boolean => seat?.role === "waiting";

/** Whether a role may lead: call, take back, change the mode. The secretary does nearly all of it, too. */
export const mayLead = (role: Role | undefined): boolean =>
  role === "chair" || role === "deputy" || role === "secretary";

/** Under which name a seat votes: a site has one vote, whoever gives it. */
export const voterOf = ({ id, invited }: Seat): string => (invited ? `#${invited}` : id);

/** Whether the relay forwards what a seat says: the twin of State.MaySpeak. */
export function maySpeak({ floor }: View, seat: Seat | undefined): boolean {
  const role = seat?.role;
  if (role === "waiting" || role === "observer") return false;
  return (
    floor.mode === "free" || role === "chair" || role === "deputy" || (seat !== undefined && seat.id === floor.holder)
  );
}

/** Whether an event closes the microphone of a seat: its own, or everyone's but those of officers and of whoever has the floor. */
export function isSilenced({ seats, floor }: View, { kind, seat = "" }: MeetingEvent, id: string | undefined): boolean {
  if (kind !== "silenced" || id === undefined) return false;
  return seat === id || (seat === "" && !isOfficer(seats.get(id)?.role) && floor.holder !== id);
}
