// A view out of its short form: rows for what comes often, nothing for what is empty.

import type { WireView } from "../messages";
import {
  type Choice,
  type Conclusion,
  emptyView,
  type Floor,
  type Plan,
  type Playback,
  type Poll,
  type Roll,
  type Slide,
  type View,
} from "../view";
import { readSeats } from "../wire";

type By<T> = Record<string, T>; // by number of the invited, or by voter

interface WirePlan extends Omit<Plan, "invited" | "agenda"> {
  invited?: [n: number, name: string, members?: number][];
  agenda?: [id: number, title: string, by?: number, minutes?: number][];
}

interface WireFloor extends Partial<Omit<Floor, "queue">> {
  queue?: [seat: string, since: number, reason?: string][];
}

interface WireRoll {
  open?: boolean;
  present?: By<[headcount?: number, names?: string]>;
  confirmed?: By<string>;
}

interface WirePoll extends Omit<Poll, "counts" | "votes"> {
  counts?: [number, number, number];
  votes?: By<[choice: Choice, text?: string]>;
}

interface WireConclusion extends Partial<Omit<Conclusion, "id" | "text" | "progress">> {
  id: string;
  text: string;
  progress?: By<[text: string, done?: boolean]>;
}

interface Wire extends Partial<Pick<View, "n" | "code" | "title" | "opened" | "closed" | "locked" | "item">> {
  plan?: WirePlan;
  floor?: WireFloor;
  roll?: WireRoll;
  rings?: By<[ms?: number, answered?: number]>;
  chat?: [n: number, ms: number, seat: string, name: string, text: string, to?: "table"][];
  notices?: [id: string, text: string][];
  notes?: [n: number, ms: number, text: string][];
  polls?: WirePoll[];
  conclusions?: WireConclusion[];
  minutes?: { final?: string };
  decks?: [id: string, by: string, title: string, pages: number, list?: string][];
  slide?: Slide;
  reports?: [id: string, by: string, seat: string, title: string, ms: number, size: number, hash: string][];
  playing?: Playback;
}

/** A view as it came. */
export function readView(wire: WireView): View {
  const { plan, floor, roll = {}, rings, chat = [], notices = [], notes = [], ...rest } = wire as Wire;
  const { polls = [], conclusions = [], minutes, n = 0, code = "", title = "", item = 0 } = rest;
  const { opened = 0, closed = 0, locked = false, decks = [], slide, reports = [], playing } = rest;
  return {
    n,
    code,
    title,
    plan: plan && readPlan(plan),
    seats: readSeats(wire),
    opened,
    closed,
    locked,
    item,
    floor: readFloor(floor),
    roll: readRoll(roll),
    rings: map(rings, ([ms = 0, answered = 0]) => ({ ms, answered })),
    chat: chat.map(([n, ms, seat, name, text, to]) => ({ n, ms, seat, name, to: to || "all", text })),
    notices: notices.map(([id, text]) => ({ id, text })),
    notes: notes.map(([n, ms, text]) => ({ n, ms, text })),
    polls: polls.map(readPoll),
    conclusions: conclusions.map(readConclusion),
    final: Boolean(minutes?.final),
    decks: decks.map(([id, by, title, pages, list]) => ({ id, by, title, pages, list })),
    slide,
    reports: reports.map(([id, by, seat, title, ms, size, hash]) => ({ id, by, seat, title, ms, size, hash })),
    playing,
  };
}

/** A plan as it came, in a view or in an event. */
export function readPlan({ invited = [], agenda = [], ...rest }: WirePlan): Plan {
  return {
    ...rest,
    invited: invited.map(([n, name, members]) => ({ n, name, members })),
    agenda: agenda.map(([id, title, by = 0, minutes = 0]) => ({ id, title, by, minutes })),
  };
}

function readFloor({ queue = [], ...rest }: WireFloor = {}): Floor {
  return { ...emptyView.floor, ...rest, queue: queue.map(([seat, since, reason]) => ({ seat, since, reason })) };
}

function readRoll({ open = false, present, confirmed }: WireRoll): Roll {
  return {
    open,
    present: map(present, ([headcount = 0, names]) => ({ headcount, ...(names && { names }) })),
    confirmed: map(confirmed, (note) => note),
  };
}

function readPoll({ counts: [yes, no, other] = [0, 0, 0], votes, ...rest }: WirePoll): Poll {
  return {
    ...rest,
    counts: { for: yes, against: no, other },
    votes: map(votes, ([choice, text]) => ({ choice, text })),
  };
}

function readConclusion({ units = [], acknowledged = [], progress, ...rest }: WireConclusion): Conclusion {
  return { ...rest, units, acknowledged, progress: map(progress, ([text, done = false]) => ({ text, done })) };
}

function map<T, U>(of: By<T> | undefined, to: (value: T) => U): By<U> {
  return Object.fromEntries(Object.entries(of ?? {}).map(([key, value]) => [key, to(value)]));
}
