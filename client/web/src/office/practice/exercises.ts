// What is learnt in the rehearsal room, and how one sees that it was really done: from the meeting itself. Pure.

import { isOfficer, voterOf } from "../../meeting/rights";
import type { View } from "../../meeting/view";

/** The exercises by name. */
export type Exercise =
  | "mic"
  | "hand"
  | "called"
  | "speak"
  | "yield"
  | "roll"
  | "vote"
  | "chat"
  | "open"
  | "mode"
  | "call"
  | "extend"
  | "take"
  | "open-roll"
  | "poll"
  | "conclude"
  | "close";

/** The meeting at a moment, as one at its page sees it. */
export interface Glimpse {
  view: View;
  you: string; // one's seat
  muted: boolean;
}

const ofSites: Exercise[] = ["mic", "hand", "called", "speak", "yield", "roll", "vote", "chat"];
const ofChairs: Exercise[] = ["open", "mode", "call", "extend", "take", "open-roll", "poll", "conclude", "close"];

/** The exercises for whoever sits there, in a good order. */
export function exercisesFor({ view, you }: Glimpse): Exercise[] {
  return isOfficer(view.seats.get(you)?.role) ? ofChairs : ofSites;
}

/** Which exercises were done between two moments. */
export function doneBetween(before: Glimpse, now: Glimpse): Exercise[] {
  return (Object.keys(tests) as Exercise[]).filter((name) => tests[name](before, now));
}

type Test = (before: Glimpse, now: Glimpse) => boolean;

const holds = ({ view, you }: Glimpse) => view.floor.holder === you;
const other = ({ view, you }: Glimpse) => (view.floor.holder !== you ? view.floor.holder : undefined);

const tests: Record<Exercise, Test> = {
  mic: (before, now) => before.muted !== now.muted && now.muted,
  hand: (_, now) => now.view.floor.queue.some(({ seat }) => seat === now.you),
  called: (_, now) => holds(now),
  speak: (_, now) => holds(now) && !now.muted,
  yield: (before, now) => holds(before) && !holds(now),
  roll: (_, now) => {
    const invited = now.view.seats.get(now.you)?.invited;
    return invited !== undefined && now.view.roll.present[invited] !== undefined;
  },
  vote: (_, now) => {
    const seat = now.view.seats.get(now.you);
    return seat !== undefined && now.view.polls.some(({ votes }) => votes[voterOf(seat)] !== undefined);
  },
  chat: (_, now) => now.view.chat.some(({ seat }) => seat === now.you),
  open: (_, now) => now.view.opened > 0,
  mode: (before, now) =>
    now.view.floor.mode === "moderated" && (before.view.floor.mode !== "moderated" || now.view.opened > 0),
  call: (_, now) => other(now) !== undefined,
  extend: (before, now) =>
    other(now) !== undefined &&
    other(before) === other(now) &&
    (now.view.floor.limit ?? 0) > (before.view.floor.limit ?? 0),
  take: (before, now) => other(before) !== undefined && now.view.floor.holder === undefined,
  "open-roll": (_, now) => now.view.roll.open,
  poll: (_, now) => now.view.polls.length > 0,
  conclude: (_, now) => now.view.conclusions.length > 0,
  close: (_, now) => now.view.closed > 0,
};
