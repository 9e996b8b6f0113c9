// What folding is.

import type { MeetingEvent, WireView } from "../messages";
import type { View } from "../view";

/** What happened, without what may be absent. */
export type Happened = MeetingEvent & { n: number; seat: string };

/** What an event changes of a view; undefined: nothing. B is what its body says: members that are 0, false or empty are absent. */
export type Fold<B = never> = (view: View, event: Happened, body: B) => Partial<View> | undefined;

/** The folds of some kinds of events. */
export type Folds = Readonly<Record<string, Fold>>;

/** How a view is read, and what events make of it. */
export interface Folding {
  read(wire: WireView): View;
  /** The view after an event. Kinds that are not known change nothing, nor does an event that the view has already. */
  fold(view: View, event: MeetingEvent): View;
}

/** Folds by tables, each of which sees the view as it was before. */
export function foldBy(tables: readonly Folds[]): Folding["fold"] {
  return (view, event) => {
    const { n = view.n, seat = "", kind, body = {} } = event;
    if (event.n !== undefined && n <= view.n) return view;
    const changes = tables.map((folds) => folds[kind]?.(view, { ...event, n, seat }, body as never));
    return Object.assign({ ...view, n }, ...changes);
  };
}
