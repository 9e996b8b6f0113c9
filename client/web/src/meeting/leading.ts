// What those who lead may do, as the relay decides it: so that no button is offered that is refused for certain.

import type { Seat, View } from "./view";

// Acts by who may: chair and a deputy who stands in, secretary, technician.
const acts: Record<string, string> = {
  open: "cs",
  close: "cs",
  mode: "c",
  call: "cs",
  next: "cs",
  return: "cs",
  take: "c",
  extend: "cs",
  silence: "cst",
  lock: "c",
  remove: "c",
  admit: "cs",
  deny: "cs",
  role: "c",
  chair: "cd",
  item: "cs",
  roll: "cs",
  confirm: "cs",
  notice: "cs",
  poll: "cs",
  note: "s",
  conclude: "cs",
  ring: "cs",
  play: "cdst",
  stop: "cdst",
};

const letters: Record<string, string> = { chair: "c", deputy: "d", secretary: "s", technician: "t" };

/** Whether the chair is away, so that a deputy stands in. */
export function isChairless({ seats }: View): boolean {
  for (const seat of seats.values()) if (seat.role === "chair" && seat.here) return false;
  return true;
}

/** Whether an officer may do something. */
export function mayDo(view: View, own: Seat | undefined, act: string): boolean {
  const letter = letters[own?.role ?? ""] ?? "-";
  const who = acts[act] ?? "";
  return who.includes(letter) || (letter === "d" && who.includes("c") && isChairless(view));
}

/** What happened to whoever has the floor, if the chair has to decide: the line was lost, or the time is long over. */
export function incidentOf({ floor, seats, plan }: View): "dropped" | "late" | undefined {
  const holder = seats.get(floor.holder ?? "");
  if (!holder) return undefined;
  if (!holder.here) return "dropped";
  return floor.warned.some((i) => plan?.script?.[i]?.when === "late") ? "late" : undefined;
}

/** An invited site, and how it is here. */
export interface Attendance {
  n: number;
  name: string;
  seat?: Seat; // that speaks for it, or that it had
  state: "here" | "away" | "absent";
}

/** The invited sites in their order. */
export function attendance({ plan, seats }: View): Attendance[] {
  const of = new Map<number, Seat>();
  for (const seat of seats.values()) {
    const { invited = 0, role } = seat;
    if (invited && role !== "waiting" && (!of.get(invited)?.here || seat.here))
      of.set(invited, of.get(invited)?.here ? (of.get(invited) as Seat) : seat);
  }
  return (plan?.invited ?? []).map(({ n, name }) => {
    const seat = of.get(n);
    return { n, name, seat, state: seat ? (seat.here ? "here" : "away") : "absent" };
  });
}
