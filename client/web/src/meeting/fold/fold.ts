// The meeting after one more event: the twin of Go's relay/meeting Apply, for what a page sees.

import type { MeetingEvent } from "../messages";
import type { View } from "../view";
import { floor } from "./floor";
import { plan } from "./plan";
import { polls } from "./polls";
import { seats } from "./seats";
import { words } from "./words";

/** What happened, without what may be absent. */
export type Happened = MeetingEvent & { n: number; seat: string };

/** What an event changes of a view; undefined: nothing. B is what its body says: members that are 0, false or empty are absent. */
export type Fold<B = never> = (view: View, event: Happened, body: B) => Partial<View> | undefined;

/** The folds of some kinds of events. */
export type Folds = Readonly<Record<string, Fold>>;

const folds: Folds = { ...seats, ...plan, ...floor, ...words, ...polls };

/** The view after an event. Kinds that this page does not know change nothing, nor does an event that the view has already. */
export function fold(view: View, event: MeetingEvent): View {
  const { n = view.n, seat = "" } = event;
  if (event.n !== undefined && n <= view.n) return view;
  const change = folds[event.kind]?.(view, { ...event, n, seat }, (event.body ?? {}) as never);
  return { ...view, n, ...change };
}
