import type { Choice, Poll } from "../view";
import type { Fold, Folds } from "./folds";
import { change } from "./lists";

interface Vote {
  poll: string;
  choice: Choice;
  text?: string;
  was?: Choice; // the earlier one
  voter?: string; // absent where it is secret
}

const polled: Fold<Pick<Poll, "id" | "question" | "secret">> = ({ polls }, _, poll) =>
  polls.some(({ id }) => id === poll.id)
    ? undefined
    : { polls: [...polls, { ...poll, counts: { for: 0, against: 0, other: 0 }, votes: {} }] };

const voted: Fold<Vote> = ({ polls }, _, { poll, choice, text, was, voter }) => ({
  polls: change(polls, poll, (old) => {
    const counts = { ...old.counts };
    if (was) counts[was]--;
    counts[choice]++;
    return { ...old, counts, votes: voter === undefined ? old.votes : { ...old.votes, [voter]: { choice, text } } };
  }),
});

const pollclosed: Fold<{ id: string }> = ({ polls }, _, { id }) => ({
  polls: change(polls, id, (old) => ({ ...old, closed: true })),
});

/** What is asked, and answered. */
export const polls: Folds = { polled, voted, pollclosed };
