// The meeting as one may see it: what the relay tells at the welcome, and what events make of it (fold.ts). Times are meeting milliseconds.

/** What one is in the meeting; "" in one without a plan. */
export type Role = "" | "chair" | "deputy" | "secretary" | "technician" | "site" | "guest" | "observer" | "waiting";

/** A participant's place. */
export interface Seat {
  id: string;
  name: string;
  publication?: number;
  here?: boolean;
  muted?: boolean; // by the person
  listen?: boolean; // has no microphone
  role?: Role;
  invited?: number; // which of the invited, if any
}

/** How it is decided who speaks: anybody; whom the chair calls; those invited in their order. */
export type Mode = "free" | "moderated" | "roll";

export interface Invited {
  n: number;
  name: string;
  members?: number; // expected
}

export interface Item {
  id: number;
  title: string;
  by?: number; // of the invited; 0: the chair
  minutes?: number; // 0: no limit
}

/** What is to be done when something happens to a site. */
export interface Rule {
  when: "dropped" | "no-video" | "late";
  after?: number; // s
  do: "next-return" | "wait" | "voice-only" | "warn";
  auto?: boolean;
}

export interface Plan {
  starts?: number; // Unix ms
  minutes?: number;
  place?: string;
  body?: string; // who calls the meeting
  invited: Invited[];
  agenda: Item[];
  documents?: { name: string; size: number; hash: string }[];
  script?: Rule[]; // officers only
  lobby?: boolean;
  mode?: Mode;
}

export interface Hand {
  seat: string;
  reason?: string;
  since: number;
}

/** Who has the floor, and who wants it. */
export interface Floor {
  mode: Mode;
  holder?: string;
  since: number; // when the holder got it
  limit: number; // ms since then; 0: none
  item: number; // of the agenda, that the holder speaks to
  queue: readonly Hand[];
  later: readonly string[]; // seats that were cut off or passed over
  before?: string; // who had it last
  done: readonly number[]; // items whose reporter had the floor
  heard: readonly number[]; // of the invited, since the mode was set
  warned: readonly number[]; // rules of the script that applied to the holder
}

export interface Presence {
  headcount: number;
  names?: string; // lines
}

export interface Roll {
  open: boolean;
  present: Readonly<Record<number, Presence>>; // by number of the invited
  confirmed: Readonly<Record<number, string>>; // the secretary's note
}

export interface Said {
  n: number;
  ms: number;
  seat: string;
  name: string; // of the seat then: it may have left
  to: "all" | "table";
  text: string;
}

export interface Notice {
  id: string;
  text: string;
}

export type Choice = "for" | "against" | "other";

export interface Poll {
  id: string;
  question: string;
  secret?: boolean;
  closed?: boolean;
  counts: Readonly<Record<Choice, number>>;
  votes: Readonly<Record<string, { choice: Choice; text?: string }>>; // by voter; of a secret poll only one's own
}

export interface Note {
  n: number;
  ms: number;
  text: string;
}

/** A decision, and what the units that it is for say of it. */
export interface Conclusion {
  id: string;
  text: string;
  units: readonly number[]; // of the invited
  due?: string; // YYYY-MM-DD
  acknowledged: readonly number[];
  progress: Readonly<Record<number, { text: string; done?: boolean }>>;
}

/** The last call of an idle room. */
export interface Rung {
  ms: number;
  answered: number; // ms; 0: not yet
}

/** A document that was made ready to be shown. Of those of others only officers know. */
export interface Deck {
  id: string;
  by: string; // as voterOf names who brought it
  title: string;
  pages: number;
  list?: string; // hash of the list of the pages that are there so far
}

/** The page that is shown. */
export interface Slide {
  deck: string;
  seat: string; // who shows it
  title: string;
  pages: number;
  page: number; // from 1
  lo: string; // hash of the page in few bytes,
  hi?: string; // and in its full quality, once it is there
}

/** What somebody recorded beforehand. Of those of others only officers know. */
export interface Report {
  id: string;
  by: string; // as voterOf names who brought it
  seat: string;
  title: string;
  ms: number; // how long it is
  size: number; // bytes
  hash: string;
}

/** The report that is played. */
export interface Playback {
  id: string;
  seat: string;
  title: string;
  ms: number; // how long it is
  since: number;
}

/** All that one may see. */
export interface View {
  n: number; // of the newest event that is in it
  code: string;
  title: string;
  plan?: Plan;
  seats: ReadonlyMap<string, Seat>;
  opened: number; // 0: not yet
  closed: number; // 0: not yet
  locked: boolean;
  item: number; // of the agenda, that is on now; 0: none
  floor: Floor;
  roll: Roll;
  rings: Readonly<Record<number, Rung>>; // by number of the invited
  chat: readonly Said[];
  notices: readonly Notice[];
  notes: readonly Note[];
  polls: readonly Poll[];
  conclusions: readonly Conclusion[];
  final: boolean; // the minutes are; nothing changes any more
  decks?: readonly Deck[];
  slide?: Slide; // absent: none is shown
  reports?: readonly Report[];
  playing?: Playback; // absent: none is
}

/** Of a meeting of which nothing is known. */
export const emptyView: View = {
  n: 0,
  code: "",
  title: "",
  seats: new Map(),
  opened: 0,
  closed: 0,
  locked: false,
  item: 0,
  floor: { mode: "free", since: 0, limit: 0, item: 0, queue: [], later: [], done: [], heard: [], warned: [] },
  roll: { open: false, present: {}, confirmed: {} },
  rings: {},
  chat: [],
  notices: [],
  notes: [],
  polls: [],
  conclusions: [],
  final: false,
};
