import type { Choice } from "../view";
import { change, type Fold, type Folds } from "./fold";

const polled: Fold<{ id: string; question: string; secret: boolean }> = (
  view,
  _,
  { id = "", question = "", secret },
) => ({
  polls: [...view.polls, { id, question, secret, votes: {} }],
});

const voted: Fold<{ poll: string; choice: Choice; text: string }> = (
  view,
  { seat },
  { poll, choice = "other", text },
) => ({
  polls: change(view.polls, poll, (old) => ({
    ...old,
    votes: { ...old.votes, [voter(seat, view.seats.get(seat)?.invited)]: { choice, text } },
  })),
});

/** Whose vote it is: a site has one, whoever gives it. */
export const voter = (seat: string, invited: number | undefined): string => (invited ? `${invited}` : seat);

const pollclosed: Fold<{ id: string }> = (view, _, { id }) => ({
  polls: change(view.polls, id, (old) => ({ ...old, closed: true })),
});

/** What is asked, and answered. */
export const polls: Folds = { polled, voted, pollclosed } as Folds;
