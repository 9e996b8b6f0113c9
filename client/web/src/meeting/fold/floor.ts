import type { Floor, Mode, View } from "../view";
import type { Fold, Folds } from "./fold";
import { add, drop } from "./lists";

const lower = (floor: Floor, seat: string) => floor.queue.filter((hand) => hand.seat !== seat);

/** The floor that nobody has. */
function end(floor: Floor): Floor {
  const { holder, before = undefined } = floor;
  return { ...floor, holder: undefined, before: holder ?? before, since: 0, limit: 0, item: 0, warned: [] };
}

/** The floor without a seat that is gone. */
export function without(floor: Floor, seat: string): Floor {
  const left = floor.holder === seat ? end(floor) : floor;
  return { ...left, queue: lower(left, seat), later: drop(left.later, seat) };
}

/** The floor in another mode. */
export function inMode(floor: Floor, mode: Mode): Floor {
  return { ...(mode === "free" ? end(floor) : floor), mode, heard: [] };
}

const moded: Fold<{ mode: Mode }> = ({ floor }, _, { mode }) => ({ floor: inMode(floor, mode) });

const raised: Fold<{ reason?: string }> = ({ floor }, { seat, ms }, { reason }) => {
  const up = floor.queue.some((hand) => hand.seat === seat);
  const queue = up
    ? floor.queue.map((hand) => (hand.seat === seat ? { ...hand, reason } : hand))
    : [...floor.queue, { seat, since: ms, reason }];
  return { floor: { ...floor, queue } };
};

const granted: Fold<{ item?: number; limit?: number }> = (view, { seat, ms }, { item = 0, limit = 0 }) => {
  const floor = end(view.floor);
  const invited = view.seats.get(seat)?.invited;
  const now: Floor = {
    ...floor,
    holder: seat,
    since: ms,
    limit,
    item,
    queue: lower(floor, seat),
    later: drop(floor.later, seat),
    done: item ? add(floor.done, item) : floor.done,
    heard: invited ? add(floor.heard, invited) : floor.heard,
  };
  return { floor: now, item: item || view.item };
};

const yielded: Fold<{ why: string }> = ({ floor }, { seat }, { why }) => {
  if (floor.holder !== seat) return undefined;
  const { done, later, item } = floor;
  const dropped = why === "dropped" && { done: drop(done, item), later: add(later, seat) };
  return { floor: { ...end(floor), ...dropped } };
};

const extended: Fold<{ limit: number }> = ({ floor }, { seat }, { limit }) =>
  floor.holder === seat ? { floor: { ...floor, limit } } : undefined;

const incident: Fold<{ rule?: number }> = ({ floor }, { seat }, { rule = 0 }) =>
  floor.holder === seat ? { floor: { ...floor, warned: add(floor.warned, rule) } } : undefined;

/** Who may speak. */
export const floor: Folds = {
  mode: moded,
  raised,
  lowered: ({ floor }: View, { seat }) => ({ floor: { ...floor, queue: lower(floor, seat) } }),
  granted,
  yielded,
  extended,
  incident,
};
