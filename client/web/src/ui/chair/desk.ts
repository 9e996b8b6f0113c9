// What those who lead can do, by button and by key.

import { computed, signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import { mayDo } from "../../meeting/leading";
import { isCallable, voiceOf } from "../../meeting/nextup";
import { isWaiting } from "../../meeting/rights";
import { orderSeats } from "../../meeting/seats";
import type { Mode, Seat } from "../../meeting/view";

/** The lists from which somebody is chosen. */
export type List = "queue" | "agenda" | "seats";

const modes: readonly Mode[] = ["free", "moderated", "roll"];

/** What a key does, by key. */
export const keys: Record<string, (desk: Desk) => void> = {
  n: (desk) => desk.act("next"),
  c: (desk) => desk.callSelected(),
  r: (desk) => desk.act("return"),
  t: (desk) => desk.act("take"),
  k: (desk) => desk.act("silence"),
  l: (desk) => desk.act("lock", { locked: !desk.call.view.value.locked }),
  1: (desk) => desk.act("mode", { mode: modes[0] }),
  2: (desk) => desk.act("mode", { mode: modes[1] }),
  3: (desk) => desk.act("mode", { mode: modes[2] }),
  arrowdown: (desk) => desk.move(1),
  arrowup: (desk) => desk.move(-1),
};

// Acts that are about whoever has the floor: if that is another by now, they are refused instead of hitting the wrong one.
const aboutHolder = ["call", "next", "return"];

/** The table of one who leads: what is selected, and what is done to it. */
export class Desk {
  readonly list = signal<List>("queue");
  readonly filter = signal("");
  readonly selected = signal<string | undefined>(undefined); // a seat

  /** Seats that can be selected in the list that is open, in its order. */
  readonly rows = computed<readonly string[]>(() => {
    const { view } = this.call;
    if (this.list.value === "queue") {
      const { queue, later } = view.value.floor;
      return [...queue.map(({ seat }) => seat), ...later];
    }
    if (this.list.value === "seats") return this.people.value.map(({ id }) => id);
    const voices = view.value.plan?.agenda.flatMap(({ by }) => (by && voiceOf(view.value, by)?.id) || []);
    return [...new Set(voices)];
  });

  /** All who are in the room and fit the filter. */
  readonly people = computed<Seat[]>(() => {
    const wanted = plain(this.filter.value.trim());
    const all = orderSeats(this.call.seats.value.values(), undefined).filter((seat) => !isWaiting(seat));
    return wanted ? all.filter(({ name }) => plain(name).includes(wanted)) : all;
  });

  constructor(readonly call: Call) {}

  /** Whether one may do something, as far as the page knows. */
  may(act: string): boolean {
    return mayDo(this.call.view.value, this.call.own.value, act);
  }

  /** Does something; what one may not do for certain is not asked for. */
  act(act: string, members: object = {}): void {
    if (!this.may(act)) return;
    const from = aboutHolder.includes(act) ? { from: this.call.view.value.floor.holder ?? "" } : {};
    void this.call.do(act, { ...from, ...members });
  }

  /** Gives the floor to the seat that is selected, or to the first of the list. */
  callSelected(): void {
    const seat = this.selected.value ?? this.rows.value[0];
    if (seat !== undefined && isCallable(this.call.seats.value.get(seat))) this.act("call", { seat });
  }

  /** Selects the next of the list, or the one before. */
  move(by: number): void {
    const rows = this.rows.value;
    if (rows.length === 0) return;
    const at = rows.indexOf(this.selected.value ?? "");
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
    this.selected.value = rows[Math.min(rows.length - 1, Math.max(0, next))];
  }
}

/** Letters without their accents, so that "ga ry" and "Gà Rý" find each other. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}
