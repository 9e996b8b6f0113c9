// The report that is played: how much is left of it, and who may stop it.

import { isOfficer } from "./rights";
import type { Playback, Seat, View } from "./view";

/** Seconds that are left at a meeting millisecond. */
export function leftOf(playing: Playback | undefined, now: number): number {
  if (!playing) return 0;
  return Math.ceil(Math.min(playing.ms, Math.max(0, playing.ms - (now - playing.since))) / 1000);
}

/** Whether a seat may stop what is played: those who lead, and whose it is. */
export function mayStop({ playing }: View, seat: Seat | undefined): boolean {
  return playing !== undefined && seat !== undefined && (isOfficer(seat.role) || seat.id === playing.seat);
}
