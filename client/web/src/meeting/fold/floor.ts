import type { Floor, Mode, View } from "../view";
import type { Fold, Folds } from "./folds";
import { add, drop } from "./lists";

const lower = (floor: Floor, seat: string) => floor.queue.filter((hand) => hand.seat !== seat);

/** The floor that nobody has. */
function end(floor: Floor): Floor {
  const { holder, before = undefined } = floor;
  return { ...floor, holder: undefined, before: holder ?? before, since: 0, limit: 0, item: 0, warned: [] };
}

const left: Fold = ({ floor }, { seat }) => {
  const now = floor.holder === seat ? end(floor) : floor;
  return { floor: { ...now, queue: lower(now, seat), later: drop(now.later, seat) } };
};

/** The next time that the holder's line is lost is another incident. */
const back: Fold = ({ floor }, { seat }) => (floor.holder === seat ? { floor: { ...floor, warned: [] } } : undefined);

const moded: Fold<{ mode: Mode }> = ({ floor }, _, { mode }) => ({
  floor: { ...(mode === "free" ? end(floor) : floor), mode, heard: [] },
});

const raised: Fold<{ reason?: string }> = ({ floor }, { seat, ms }, { reason }) => {
  const up = floor.queue.some((hand) => hand.seat === seat);
  const queue = up
    ? floor.queue.map((hand) => (hand.seat === seat ? { ...hand, reason } : hand))
    : [...floor.queue, { seat, since: ms, reason }];
  return { floor: { ...floor, queue } };
};

/** Whether an item of the agenda is a seat's own. */
function reportsTo({ plan, seats }: View, seat: string, item: number): boolean {
  const invited = seats.get(seat)?.invited;
  return Boolean(invited) && plan?.agenda.find(({ id }) => id === item)?.by === invited;
}

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
    done: reportsTo(view, seat, item) ? add(floor.done, item) : floor.done,
    heard: invited ? add(floor.heard, invited) : floor.heard,
  };
  return { floor: now, item: item || view.item };
};

const yielded: Fold<{ why: string }> = (view, { seat }, { why }) => {
  const { floor } = view;
  if (floor.holder !== seat) return undefined;
  const { done, later, item } = floor;
  const now = end(floor);
  if (why !== "dropped") return { floor: now };
  const undone = reportsTo(view, seat, item) ? drop(done, item) : done;
  return { floor: { ...now, done: undone, later: add(later, seat) } };
};

const extended: Fold<{ limit: number }> = ({ floor }, { seat }, { limit }) =>
  floor.holder === seat ? { floor: { ...floor, limit } } : undefined;

const incident: Fold<{ rule?: number }> = ({ floor }, { seat }, { rule = 0 }) =>
  floor.holder === seat ? { floor: { ...floor, warned: add(floor.warned, rule) } } : undefined;

/** Who may speak. */
export const floor: Folds = {
  left,
  removed: left,
  back,
  mode: moded,
  raised,
  lowered: ({ floor }: View, { seat }) => ({ floor: { ...floor, queue: lower(floor, seat) } }),
  granted,
  yielded,
  extended,
  incident,
};
