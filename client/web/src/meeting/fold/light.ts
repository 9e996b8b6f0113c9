// The little of a meeting that must be known before all else: who is here, and whether one may speak.

import { emptyView, type Mode, type View } from "../view";
import { readSeats } from "../wire";
import { type Fold, type Folding, type Folds, foldBy } from "./folds";
import { seats } from "./seats";

const hold = (view: View, holder: string | undefined) => ({ floor: { ...view.floor, holder } });

const release: Fold = (view, { seat }) => (view.floor.holder === seat ? hold(view, undefined) : undefined);

const mode: Fold<{ mode: Mode }> = ({ floor }, _, { mode }) => ({
  floor: { ...floor, mode, holder: mode === "free" ? undefined : floor.holder },
});

const holder: Folds = {
  mode,
  granted: (view, { seat }) => hold(view, seat),
  yielded: release,
  left: release,
  removed: release,
};

/** Seats, the mode of the floor and who has it. */
export const light: Folding = {
  read(wire) {
    const floor = { ...emptyView.floor, ...(wire.floor as Partial<View["floor"]>), queue: [] };
    return { ...emptyView, n: Number(wire.n ?? 0), seats: readSeats(wire), floor };
  },
  fold: foldBy([seats, holder]),
};
