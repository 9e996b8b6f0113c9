import { isOfficer } from "../rights";
import type { Deck, Report, Slide, View } from "../view";
import type { Fold, Folds } from "./folds";
import { change } from "./lists";

const ownDecks = 8; // of a site, or of somebody who is none: the oldest one goes
const ownReports = 3;

/** The list with room for one more of those that are somebody's own. */
function keep<T>(list: readonly T[], most: number, own: (value: T) => boolean): T[] {
  let extra = list.filter(own).length + 1 - most;
  return list.filter((value) => !own(value) || extra-- <= 0);
}

const decked: Fold<Deck> = ({ decks = [], slide }, _, deck) => {
  if (decks.some(({ id }) => id === deck.id)) {
    return { decks: change(decks, deck.id, (old) => ({ ...old, list: deck.list })) };
  }
  return { decks: [...keep(decks, ownDecks, ({ id, by }) => by === deck.by && id !== slide?.deck), deck] };
};

const shown: Fold<Omit<Slide, "seat" | "title" | "pages"> & Partial<Slide>> = ({ slide }, { seat }, body) => ({
  slide: { title: slide?.title ?? "", pages: slide?.pages ?? 0, ...body, seat },
});

/** What somebody shows goes with the seat, */
const gone: Fold = ({ slide }, { seat }) => (slide?.seat === seat ? { slide: undefined } : undefined);

/** and what one shows who is no officer, when another is given the floor. */
const granted: Fold = ({ slide, seats }: View, { seat }) =>
  slide && slide.seat !== seat && !isOfficer(seats.get(slide.seat)?.role) ? { slide: undefined } : undefined;

const reported: Fold<Report> = ({ reports = [], playing }, { seat }, report) => ({
  reports: [...keep(reports, ownReports, ({ id, by }) => by === report.by && id !== playing?.id), { ...report, seat }],
});

const playing: Fold<{ id: string; title: string; ms: number }> = (_, { seat, ms }, body) => ({
  playing: { ...body, seat, since: ms },
});

const played: Fold<{ id: string }> = ({ playing }, _, { id }) =>
  playing?.id === id ? { playing: undefined } : undefined;

/** What is shown and played. */
export const stage: Folds = {
  decked,
  shown,
  hidden: () => ({ slide: undefined }),
  left: gone,
  removed: gone,
  granted,
  reported,
  playing,
  played,
};
