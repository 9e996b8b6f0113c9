// The directory as the page has it, and what it works out from it. Pure.

import type { Plan } from "./plan";

/** A level of administration. */
export interface Tier {
  id: string;
  level: number; // 1 is the highest
  vi: string;
  en?: string;
}

/** A kind of unit. */
export interface Kind {
  id: string;
  vi: string;
  en?: string;
  quota?: number; // how many sites such a unit may have; none: any number
}

/** An organisation (đơn vị). */
export interface Unit {
  id: string;
  name: string;
  kind: string;
  tier: string;
  parent?: string;
  code?: string;
}

/** A place where people sit in front of a screen (điểm cầu). */
export interface Site {
  id: string;
  name: string;
  unit: string;
  room?: string;
  equipment?: string;
  technician?: string;
  phone?: string;
  note?: string;
}

/** A room that meetings are held in. */
export interface Room {
  id: string;
  name: string;
  address?: string;
  seats?: number;
  bodies?: string[];
}

/** A meeting to begin from. */
export interface Template {
  id: string;
  name: string;
  title: string;
  plan: Plan;
}

/** The whole directory. */
export interface Book {
  tiers: Tier[];
  kinds: Kind[];
  units: Unit[];
  sites: Site[];
  rooms: Room[];
  templates: Template[];
}

/** The tables, by their names. */
export type TableName = keyof Book;

/** A directory, and which state of it this is. */
export interface Edition {
  revision: number;
  book: Book;
}

/** The same book with all its tables, whatever the server left out. */
export function whole(book: Partial<Record<TableName, unknown[] | null>>): Book {
  const tables: TableName[] = ["tiers", "kinds", "units", "sites", "rooms", "templates"];
  return Object.fromEntries(tables.map((name) => [name, book[name] ?? []])) as unknown as Book;
}

/** A unit with its sites and the units under it. */
export interface Branch {
  unit: Unit;
  sites: Site[];
  under: Branch[];
}

const collator = new Intl.Collator("vi", { numeric: true });

/** By name, as a Vietnamese list is ordered. */
export function byName(a: { name: string }, b: { name: string }): number {
  return collator.compare(a.name, b.name);
}

/** The units as trees, by name; a unit whose parent is missing, or is under itself, is at the top. */
export function tree({ units, sites }: Pick<Book, "units" | "sites">): Branch[] {
  const branches = new Map(units.map((unit): [string, Branch] => [unit.id, { unit, sites: [], under: [] }]));
  for (const site of sites) branches.get(site.unit)?.sites.push(site);
  const parentOf = new Map(units.map((u) => [u.id, u.parent]));
  const top: Branch[] = [];
  for (const branch of branches.values()) {
    const { id, parent = "" } = branch.unit;
    const above = circles(id, parentOf) ? undefined : branches.get(parent);
    (above ? above.under : top).push(branch);
  }
  for (const branch of branches.values()) {
    branch.under.sort((a, b) => byName(a.unit, b.unit));
    branch.sites.sort(byName);
  }
  return top.sort((a, b) => byName(a.unit, b.unit));
}

function circles(id: string, parentOf: Map<string, string | undefined>): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at; at = parentOf.get(at)) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/** A text as one searches for it: no accents, no capitals. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
}

/** Whether all words of what is searched for are in a text, accents or not. */
export function matches(text: string, wanted: string): boolean {
  const inside = plain(text);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => inside.includes(word));
}

/** What is left of trees when only units and sites with such a name, and what is above them, are kept. */
export function pruned(branches: Branch[], wanted: string): Branch[] {
  if (plain(wanted) === "") return branches;
  return branches.flatMap((branch) => {
    if (matches(branch.unit.name, wanted)) return [branch];
    const sites = branch.sites.filter((s) => matches(s.name, wanted));
    const under = pruned(branch.under, wanted);
    return sites.length + under.length > 0 ? [{ unit: branch.unit, sites, under }] : [];
  });
}

/** All sites of a unit and of those under it. */
export function sitesUnder(branch: Branch): Site[] {
  return [...branch.sites, ...branch.under.flatMap(sitesUnder)];
}

/** All sites of units of one tier. */
export function sitesOfTier({ units, sites }: Pick<Book, "units" | "sites">, tier: string): Site[] {
  const those = new Set(units.filter((u) => u.tier === tier).map((u) => u.id));
  return sites.filter((s) => those.has(s.unit)).sort(byName);
}

/** How many sites a unit has, and how many its kind allows; undefined: any number. */
export function quotaOf(book: Book, unit: Unit): { has: number; may?: number } {
  const quota = book.kinds.find((k) => k.id === unit.kind)?.quota;
  return { has: book.sites.filter((s) => s.unit === unit.id).length, may: quota || undefined };
}
