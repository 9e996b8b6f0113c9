import type { Floor, Mode, View } from "../view";
import type { Fold, Folds } from "./fold";

const set = (view: View, change: Partial<Floor>): Partial<View> => ({ floor: { ...view.floor, ...change } });
const without = (list: readonly string[], id: string) => list.filter((other) => other !== id);
const unqueued = ({ floor }: View, seat: string) => floor.queue.filter((hand) => hand.seat !== seat);
const free = { holder: undefined, since: undefined, limit: undefined };

const mode: Fold<{ mode: Mode }> = (view, _, { mode = "free" }) => set(view, { mode });

const raised: Fold<{ reason: string }> = (view, { seat, ms }, { reason }) =>
  set(view, { queue: [...unqueued(view, seat), { seat, reason, since: ms }] });

const granted: Fold<{ item: number; limit: number }> = (view, { seat, ms }, { item, limit }) =>
  set(view, {
    holder: seat,
    since: ms,
    limit,
    item,
    queue: unqueued(view, seat),
    later: without(view.floor.later, seat),
  });

const yielded: Fold<{ why: string }> = (view, { seat }, { why }) =>
  set(view, { ...free, later: why === "dropped" ? [...without(view.floor.later, seat), seat] : view.floor.later });

const extended: Fold<{ limit: number }> = (view, _, { limit }) => set(view, { limit });

/** Who may speak. */
export const floor: Folds = {
  mode,
  raised,
  lowered: (view, { seat }) => set(view, { queue: unqueued(view, seat) }),
  granted,
  yielded,
  extended,
  locked: (_, __, body) => ({ locked: (body as { locked?: boolean }).locked === true }),
} as Folds;
