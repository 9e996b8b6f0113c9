import { isSilenced } from "../rights";
import type { Role, Seat, View } from "../view";
import type { Fold, Folds } from "./folds";

interface Entry {
  name: string;
  publication: number;
  muted?: boolean;
  listen?: boolean;
  role?: Role;
  invited?: number;
}

const enter: Fold<Entry> = (
  view,
  { seat },
  { name, publication, muted = false, listen = false, role = "", invited = 0 },
) => set(view, seat, { name, publication, here: true, muted, listen, role, invited });

const leave: Fold = (view, { seat }) => {
  const seats = new Map(view.seats);
  return seats.delete(seat) ? { seats } : undefined;
};

const admitted: Fold<Entry> = (view, event, entry) =>
  view.seats.has(event.seat)
    ? set(view, event.seat, { role: entry.role ?? "", invited: entry.invited ?? 0 })
    : enter(view, event, entry);

const silenced: Fold = (view, event) => ({
  seats: new Map(
    [...view.seats].map(([id, seat]) => [id, isSilenced(view, event, id) ? { ...seat, muted: true } : seat]),
  ),
});

const muted: Fold<{ muted?: boolean }> = (view, { seat }, { muted = false }) => set(view, seat, { muted });

const role: Fold<{ role?: Role }> = (view, { seat }, { role = "" }) => set(view, seat, { role });

/** Who is here. */
export const seats: Folds = {
  joined: enter,
  back: enter,
  admitted,
  left: leave,
  removed: leave,
  away: (view, { seat }) => set(view, seat, { here: false }),
  muted,
  silenced,
  role,
};

function set(view: View, id: string, change: Partial<Seat>): Partial<View> | undefined {
  const old = view.seats.get(id);
  if (!old && change.name === undefined) return undefined;
  return { seats: new Map(view.seats).set(id, { id, name: "", ...old, ...change }) };
}
