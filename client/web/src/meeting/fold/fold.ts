// The meeting after one more event: the twin of Go's relay/meeting Apply, for what a page sees.

import type { MeetingEvent } from "../messages";
import type { View } from "../view";
import { agenda } from "./agenda";
import { conclusions } from "./conclusions";
import { floor } from "./floor";
import { polls } from "./polls";
import { seats } from "./seats";
import { words } from "./words";

/** What an event changes of a view. B is what its body says; all members that are 0, false or empty may be absent. */
export type Fold<B = unknown> = (
  view: View,
  event: MeetingEvent & { seat: string; n: number },
  body: Partial<B>,
) => Partial<View> | undefined;

/** The folds of some kinds of events. */
export type Folds = Readonly<Record<string, Fold>>;

const folds: Folds = { ...seats, ...floor, ...agenda, ...words, ...polls, ...conclusions };

/** The view after an event. Kinds that this page does not know change nothing, nor does an event that the view has already. */
export function fold(view: View, event: MeetingEvent): View {
  const { n = view.n } = event;
  if (event.n !== undefined && n <= view.n) return view;
  const change = folds[event.kind]?.(view, { seat: "", ...event, n }, event.body ?? {});
  return { ...view, n, ...change };
}

/** A list in which those that fit the id are changed. */
export function change<T extends { id: string }>(list: readonly T[], id: unknown, to: (old: T) => T): T[] {
  return list.map((old) => (old.id === id ? to(old) : old));
}
