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
  site?: string;
  unit?: string;
  room?: string;
  members?: number; // expected
}

export interface Item {
  id: number;
  title: string;
  by?: number; // of the invited; absent: the chair
  minutes?: number;
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
  invited?: Invited[];
  agenda?: Item[];
  documents?: { name: string; size: number; hash: string }[];
  script?: Rule[];
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
  since?: number; // when the holder got it
  limit?: number; // ms; absent: none
  item?: number;
  queue: Hand[];
  later: string[]; // whose line was lost in their turn
}

export interface Presence {
  headcount: number;
  names?: string;
}

export interface Roll {
  open: boolean;
  present: Record<number, Presence>; // by number of the invited
  confirmed: Record<number, string>; // the secretary's note
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
  votes: Record<string, { choice: Choice; text?: string }>; // by voter; of a secret poll only one's own
  counts?: Record<Choice, number>; // of a secret poll
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
  units: number[];
  due?: string;
  acknowledged: number[];
  progress: Record<number, { text: string; done?: boolean }>;
}

export interface Ring {
  ms: number;
  text?: string;
  invited: number[];
  answered: number[];
}

/** All that one may see. */
export interface View {
  n: number; // of the newest event that is in it
  code: string;
  title: string;
  seats: ReadonlyMap<string, Seat>;
  plan?: Plan;
  opened?: number;
  closed?: number;
  locked: boolean;
  floor: Floor;
  item: number; // of the agenda, that is on now; 0: none
  roll: Roll;
  chat: readonly Said[];
  notices: readonly Notice[];
  polls: readonly Poll[];
  notes: readonly Note[];
  conclusions: readonly Conclusion[];
  rings: readonly Ring[];
  final: boolean; // the minutes are; nothing changes any more
}

/** Of a meeting of which nothing is known. */
export const emptyView: View = {
  n: 0,
  code: "",
  title: "",
  seats: new Map(),
  locked: false,
  floor: { mode: "free", queue: [], later: [] },
  item: 0,
  roll: { open: false, present: {}, confirmed: {} },
  chat: [],
  notices: [],
  polls: [],
  notes: [],
  conclusions: [],
  rings: [],
  final: false,
};
