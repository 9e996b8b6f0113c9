import { isSilenced } from "../rights";
import type { Role, Seat, View } from "../view";
import type { Fold, Folds } from "./fold";

interface Entry {
  name: string;
  publication: number;
  muted: boolean;
  listen: boolean;
  role: Role;
  invited: number;
}

const enter: Fold<Entry> = (view, { seat }, { name = "", publication, muted, listen, role, invited }) =>
  put(view, seat, { name, publication, here: true, muted, listen, role, invited });

const leave: Fold = (view, { seat }) => {
  const seats = new Map(view.seats);
  if (!seats.delete(seat)) return undefined;
  const { queue, later } = view.floor;
  const floor = {
    ...view.floor,
    queue: queue.filter((hand) => hand.seat !== seat),
    later: later.filter((id) => id !== seat),
  };
  return { seats, floor };
};

const silenced: Fold = (view, event) => ({
  seats: new Map(
    [...view.seats].map(([id, seat]) => [id, isSilenced(view, event, id) ? { ...seat, muted: true } : seat]),
  ),
});

/** Who is here. */
export const seats: Folds = {
  joined: enter,
  back: enter,
  left: leave,
  removed: leave,
  away: (view, { seat }) => put(view, seat, { here: false }),
  muted: (view, { seat }, body) => put(view, seat, { muted: (body as { muted?: boolean }).muted === true }),
  silenced,
  role: (view, { seat }, body) => put(view, seat, { role: (body as { role?: Role }).role ?? "" }),
  admitted: (view, { seat }) => put(view, seat, { role: "guest" }),
};

function put(view: View, id: string, change: Partial<Seat>): Partial<View> {
  const old = view.seats.get(id) ?? { id, name: "" };
  return { seats: new Map(view.seats).set(id, { ...old, ...change }) };
}
