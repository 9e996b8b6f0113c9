import type { View } from "../view";
import type { Fold, Folds } from "./folds";
import { readPlan } from "./read";

const created: Fold<{ code: string; title?: string }> = (_, __, { code, title = "" }) => ({ code, title });

const planned: Fold<{ plan: Parameters<typeof readPlan>[0] }> = (view, _, body) => {
  const plan = readPlan(body.plan);
  const invited = new Set(plan.invited.map(({ n }) => n));
  const seats = new Map(view.seats);
  for (const [id, seat] of seats) {
    if (!seat.invited || invited.has(seat.invited)) continue;
    seats.set(id, { ...seat, invited: 0, role: seat.role === "site" ? "guest" : seat.role });
  }
  return { plan, seats, item: plan.agenda.some(({ id }) => id === view.item) ? view.item : 0 };
};

// 0 means that it was not opened: the first moment counts as 1.
const opened: Fold = (_, { ms }) => ({ opened: Math.max(ms, 1), closed: 0 });

const closed: Fold = ({ floor }, { ms }) => ({
  closed: Math.max(ms, 1),
  floor: { ...floor, queue: [], later: [] },
});

const item: Fold<{ item?: number }> = (_, __, { item = 0 }) => ({ item });

const locked: Fold<{ locked?: boolean }> = (_, __, { locked = false }) => ({ locked });

const roll: Fold<{ open?: boolean }> = ({ roll }, _, { open = false }) => ({ roll: { ...roll, open } });

const present: Fold<{ invited: number; headcount: number; names?: string }> = ({ roll }, _, { invited, ...rest }) => ({
  roll: { ...roll, present: { ...roll.present, [invited]: rest } },
});

const confirmed: Fold<{ invited: number; note?: string }> = ({ roll }, _, { invited, note = "" }) => ({
  roll: { ...roll, confirmed: { ...roll.confirmed, [invited]: note } },
});

const rang: Fold<{ invited: number[] }> = ({ rings }, { ms }, { invited }) => ({
  rings: { ...rings, ...Object.fromEntries(invited.map((n) => [n, { ms, answered: 0 }])) },
});

const answered: Fold<{ invited: number }> = ({ rings }: View, { ms }, { invited }) => {
  const ring = rings[invited];
  return ring && !ring.answered ? { rings: { ...rings, [invited]: { ...ring, answered: ms } } } : undefined;
};

/** What the meeting goes through, who attends it, and who was called to it. */
export const plan: Folds = {
  created,
  planned,
  opened,
  closed,
  item,
  locked,
  roll,
  present,
  confirmed,
  rang,
  answered,
  finalised: () => ({ final: true }),
};
