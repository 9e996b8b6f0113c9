import type { Plan, Presence, Roll, View } from "../view";
import type { Fold, Folds } from "./fold";

const created: Fold<{ code: string; title: string }> = (_, __, { code = "", title = "" }) => ({ code, title });

const planned: Fold<{ plan: Plan }> = (view, _, { plan = {} }) => ({
  plan,
  // Nobody has spoken yet: the plan says how it begins.
  ...(view.opened === undefined && plan.mode && { floor: { ...view.floor, mode: plan.mode } }),
});

const set = (view: View, change: Partial<Roll>): Partial<View> => ({ roll: { ...view.roll, ...change } });

const present: Fold<Presence> = (view, { seat }, { headcount = 0, names }) => {
  const invited = view.seats.get(seat)?.invited;
  return invited ? set(view, { present: { ...view.roll.present, [invited]: { headcount, names } } }) : undefined;
};

const confirmed: Fold<{ invited: number; note: string }> = (view, _, { invited = 0, note = "" }) =>
  set(view, { confirmed: { ...view.roll.confirmed, [invited]: note } });

/** What the meeting goes through, and who attends it. */
export const agenda: Folds = {
  created,
  planned,
  opened: (_, { ms }) => ({ opened: ms }),
  closed: (_, { ms }) => ({ closed: ms }),
  item: (_, __, body) => ({ item: (body as { item?: number }).item ?? 0 }),
  roll: (view, _, body) => set(view, { open: (body as { open?: boolean }).open === true }),
  present,
  confirmed,
} as Folds;
