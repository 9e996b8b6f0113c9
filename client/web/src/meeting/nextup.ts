// Who would be called by "next": the twin of State.NextUp.

import { isWaiting } from "./rights";
import type { Item, Seat, View } from "./view";

/** Who is called, and to which item of the agenda; 0: none. */
export interface Up {
  seat: string;
  item: number;
}

/** The seat that speaks for an invited site: the first of its seats that is here. */
export function voiceOf({ seats }: View, invited: number): Seat | undefined {
  if (!invited) return undefined;
  for (const seat of seats.values()) if (seat.invited === invited && seat.here && !isWaiting(seat)) return seat;
  return undefined;
}

/** Whether a seat can be given the floor. */
export function isCallable(seat: Seat | undefined): seat is Seat {
  return seat?.here === true && !isWaiting(seat) && seat.role !== "observer";
}

/** Whom "next" would call. */
export function nextUp(view: View): Up | undefined {
  const order =
    view.floor.mode === "roll" ? [following, later, passedOver, hands] : [hands, following, later, passedOver];
  for (const find of order) {
    const up = find(view);
    if (up) return up;
  }
  return undefined;
}

/** Whom "return" would call: the first of those that were cut off and are back. */
export function later(view: View): Up | undefined {
  for (const id of view.floor.later) {
    const seat = view.seats.get(id);
    if (upcoming(view, seat)) return { seat: id, item: itemOf(view, seat.invited) };
  }
  return undefined;
}

/** The item to which an invited site speaks when it is called. */
export function itemOf({ plan, item, floor }: View, invited: number | undefined): number {
  const agenda = plan?.agenda ?? [];
  if (!invited || agenda.find(({ id }) => id === item)?.by === invited) return item;
  return agenda.find(({ id, by }) => by === invited && !floor.done.includes(id))?.id ?? item;
}

const upcoming = (view: View, seat: Seat | undefined): seat is Seat =>
  isCallable(seat) && seat.id !== view.floor.holder;

function hands(view: View): Up | undefined {
  const hand = view.floor.queue.find(({ seat }) => upcoming(view, view.seats.get(seat)));
  return hand && { seat: hand.seat, item: view.item };
}

function following(view: View): Up | undefined {
  const agenda = view.plan?.agenda ?? [];
  let at = agenda.findIndex(({ id }) => id === view.item);
  if (at < 0 || view.floor.done.includes(view.item)) at++;
  const up = reporter(view, agenda.slice(at));
  if (up || agenda.some(({ by }) => by) || view.floor.mode !== "roll") return up;
  for (const { n } of view.plan?.invited ?? []) {
    const voice = voiceOf(view, n);
    if (upcoming(view, voice) && !view.floor.heard.includes(n)) return { seat: voice.id, item: view.item };
  }
  return undefined;
}

const passedOver = (view: View): Up | undefined => reporter(view, view.plan?.agenda ?? []);

function reporter(view: View, agenda: readonly Item[]): Up | undefined {
  for (const { id, by } of agenda) {
    const voice = by && !view.floor.done.includes(id) ? voiceOf(view, by) : undefined;
    if (upcoming(view, voice)) return { seat: voice.id, item: id };
  }
  return undefined;
}
