// What the office asks about meetings.

import { ask, ofMeeting } from "../api";
import type { Plan } from "../plan";

/** A meeting in the list; times are Unix ms. */
export interface Listed {
  code: string;
  title: string;
  starts?: number;
  minutes?: number;
  opened?: number;
  closed?: number;
  final?: boolean | string;
  open?: number; // conclusions that are not done
  overdue?: number;
}

/** A meeting's state as an account sees it, as far as the office needs it. */
export interface Known {
  code: string;
  title?: string;
  plan: Plan;
  role?: string; // of who asks, in this meeting; "admin" of an administrator
  opened?: number; // meeting ms, as all times in it
  closed?: number;
  roll?: RollView;
  conclusions?: ConclusionView[] | null;
  minutes?: { ms?: number; final?: string };
}

/** The roll call, by number of the invited. */
export interface RollView {
  open?: boolean;
  present?: Record<string, [headcount: number, names?: string]>;
  confirmed?: Record<string, string>;
}

/** A decision, and what the sites say of it, by number of the invited. */
export interface ConclusionView {
  id: string;
  text: string;
  units?: number[];
  due?: string;
  acknowledged?: number[];
  progress?: Record<string, [text: string, done?: boolean | number]>;
}

/** A meeting with another in the same room. */
export interface Conflict {
  room: string;
  code?: string;
  title: string;
  starts: number;
  body?: string;
}

/** All meetings of who is signed in. */
export async function listMeetings(): Promise<Listed[]> {
  return (await ask<{ meetings: Listed[] | null }>("GET", "/api/meetings")).meetings ?? [];
}

/** The state of a meeting, with the whole plan. */
export async function getKnown(code: string): Promise<Known> {
  const known = await ask<Known & { plan?: Plan | null }>("GET", ofMeeting(code, "state"));
  return { ...known, plan: known.plan ?? {} };
}

/** Where a meeting's list entry belongs. */
export type Shelf = "running" | "upcoming" | "past";

const forgotten = 12 * 3600_000; // ms after its time when a meeting that was never opened is past

/** Where a meeting stands at this time. */
export function shelfOf(meeting: Listed, now: number): Shelf {
  if (meeting.closed || meeting.final) return "past";
  if (meeting.opened) return "running";
  const ends = (meeting.starts ?? now) + (meeting.minutes ?? 0) * 60_000;
  return ends + forgotten < now ? "past" : "upcoming";
}

/** The list, by shelf: what comes next first, what was last first. */
export function shelved(meetings: readonly Listed[], now: number): Record<Shelf, Listed[]> {
  const shelves: Record<Shelf, Listed[]> = { running: [], upcoming: [], past: [] };
  for (const meeting of meetings) shelves[shelfOf(meeting, now)].push(meeting);
  const at = (m: Listed) => m.starts || Number.MAX_SAFE_INTEGER;
  shelves.upcoming.sort((a, b) => at(a) - at(b));
  shelves.running.sort((a, b) => at(a) - at(b));
  shelves.past.sort((a, b) => (b.starts || b.opened || 0) - (a.starts || a.opened || 0));
  return shelves;
}

/** Goes into the room as who is signed in. The pass is for this meeting; it travels in the fragment, which no server sees. */
export async function enterRoom(code: string): Promise<void> {
  const { pass } = await ask<{ pass: string }>("POST", ofMeeting(code, "pass"), {});
  location.assign(`/m/${code}#p=${pass}`);
}

/** The address that an invited site opens first. */
export function inviteLink(origin: string, code: string, n?: number): string {
  return `${origin}/invite/${code}${n ? `?n=${n}` : ""}`;
}
