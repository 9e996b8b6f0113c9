// A meeting's plan as the page edits it, and what it works out from it. Pure.

/** The right to speak, as the meeting begins. */
export type Mode = "free" | "moderated" | "roll";

/** The roles that a plan gives to people. */
export type OfficerRole = "chair" | "deputy" | "secretary" | "technician";

/** A site that is asked to the meeting; n is its number in the plan, never used twice. */
export interface Invited {
  n: number;
  site?: string;
  name: string;
  unit?: string;
  room?: string;
  members?: number; // expected
}

/** An item of the agenda; by is the number of the invited site that reports, 0 or none the chair. */
export interface Item {
  id: number;
  title: string;
  by?: number;
  minutes?: number;
}

/** Who leads. */
export interface Officer {
  account?: string;
  site?: string;
  name: string;
  role: OfficerRole;
}

/** A file that goes with the meeting. */
export interface Document {
  name: string;
  size: number;
  hash: string;
}

/** When something goes wrong at a site. */
export type When = "dropped" | "no-video" | "late";

/** What is done then. */
export type Do = "next-return" | "wait" | "voice-only" | "warn";

/** A line of the incident script. */
export interface Rule {
  when: When;
  after?: number; // s
  do: Do;
  auto?: boolean; // by itself, not only proposed
}

/** A meeting as it was prepared. */
export interface Plan {
  starts?: number; // Unix ms; none: no fixed time
  minutes?: number;
  place?: string;
  body?: string;
  invited?: Invited[];
  agenda?: Item[];
  officers?: Officer[];
  documents?: Document[];
  script?: Rule[];
  lobby?: boolean;
  mode?: Mode;
}

/** A plan for a new meeting; who prepares it is one of those who lead it. */
export function newPlan(by?: { id: string; name: string; role: string }): Plan {
  const role = by?.role === "secretary" ? "secretary" : "chair";
  return {
    mode: "moderated",
    lobby: true,
    minutes: 90,
    script: [{ when: "dropped", after: 10, do: "next-return" }],
    ...(by && { officers: [{ account: by.id, name: by.name, role }] }),
  };
}

/** How many minutes the agenda takes. */
export function agendaMinutes(agenda: readonly Item[] = []): number {
  return agenda.reduce((sum, item) => sum + (item.minutes ?? 0), 0);
}

/** When each item begins, in minutes from the beginning. */
export function beginnings(agenda: readonly Item[] = []): number[] {
  let at = 0;
  return agenda.map(({ minutes = 0 }) => {
    const begins = at;
    at += minutes;
    return begins;
  });
}

/** The list with one of its entries at another place. Places outside of it are taken for its ends. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, i) => i !== from);
  const place = Math.max(0, Math.min(rest.length, to));
  return from in list ? [...rest.slice(0, place), list[from], ...rest.slice(place)] : [...list];
}

const next = (numbers: number[]) => Math.max(0, ...numbers) + 1;

/** The plan with an empty item at the end of the agenda. */
export function withItem(plan: Plan, item: Omit<Item, "id">): Plan {
  const agenda = plan.agenda ?? [];
  return { ...plan, agenda: [...agenda, { id: next(agenda.map((i) => i.id)), ...item }] };
}

/** A site as the directory has it, as far as an invitation needs it. */
export interface Place {
  id: string;
  name: string;
  unit: string;
  room?: string;
}

/** The plan with these sites asked to it, each once, in this order after those that are. Numbers of sites that were taken out are not given again as long as the plan knew them. */
export function invite(plan: Plan, sites: readonly Place[], used: readonly number[] = []): Plan {
  const invited = [...(plan.invited ?? [])];
  let n = next([...invited.map((i) => i.n), ...used]);
  for (const { id, name, unit, room } of sites) {
    if (invited.some((i) => i.site === id)) continue;
    invited.push({ n, site: id, name, unit, ...(room ? { room } : {}) });
    n++;
  }
  return { ...plan, invited };
}

/** The plan without these sites; items that they were to report on are the chair's. */
export function uninvite(plan: Plan, sites: readonly string[]): Plan {
  const gone = new Set((plan.invited ?? []).filter((i) => i.site && sites.includes(i.site)).map((i) => i.n));
  return {
    ...plan,
    invited: (plan.invited ?? []).filter((i) => !gone.has(i.n)),
    agenda: (plan.agenda ?? []).map((item) => (item.by && gone.has(item.by) ? { ...item, by: 0 } : item)),
  };
}

/** The plan with a report of each invited site that has none yet, in the order of the invitations. */
export function withReports(plan: Plan, title: (name: string) => string, minutes: number): Plan {
  const has = new Set((plan.agenda ?? []).map((i) => i.by));
  const missing = (plan.invited ?? []).filter((i) => !has.has(i.n));
  return missing.reduce((p, i) => withItem(p, { title: title(i.name), by: i.n, minutes }), plan);
}

/** What keeps a plan from being saved. */
export type PlanProblem = "title" | "starts" | "minutes" | "item" | "chair";

/** The first thing that is wrong with a plan; undefined if it can be saved. */
export function planProblem(title: string, plan: Plan): PlanProblem | undefined {
  if (!title.trim()) return "title";
  if (plan.starts !== undefined && !Number.isFinite(plan.starts)) return "starts";
  const { minutes = 0 } = plan;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > 24 * 60) return "minutes";
  if ((plan.agenda ?? []).some((i) => !i.title.trim() || (i.minutes ?? 0) < 0)) return "item";
  const chairs = (plan.officers ?? []).filter((o) => o.role === "chair").length;
  return chairs > 1 ? "chair" : undefined;
}
