// Asking the server for what the office shows, and telling it what was decided there.

import { signal } from "@preact/signals";
import { Refusal, Unreachable } from "../meeting/api";
import type { Sentence } from "../meeting/messages";

/** What is wrong at one place of a form or a file; row counts from 1, the line of names at the top being 1. */
export interface Problem {
  row?: number;
  column?: string;
  vi: string;
  en: string;
}

/** A refusal that says what is wrong where. */
export class Refused extends Refusal {
  readonly problems: Problem[];
  readonly status: number;

  constructor(sentence: Sentence & { problems?: Problem[] }, status: number) {
    super(sentence, status);
    this.problems = sentence.problems ?? [];
    this.status = status;
  }
}

/** The roles of accounts. */
export type AccountRole = "admin" | "chair" | "secretary" | "technician";

/** Who is signed in. */
export interface Account {
  id: string;
  login: string;
  name: string;
  role: AccountRole;
  unit?: string;
  disabled?: boolean;
}

/** Somebody who may be asked to lead a meeting. */
export type Official = Pick<Account, "id" | "name" | "role" | "unit">;

/** What the server says of the visitor. */
export interface Me {
  setup: boolean; // there is no administrator yet
  oidc: boolean; // one can sign in elsewhere
  account?: Account;
}

/** Who is at the page; undefined until the server said so. */
export const me = signal<Me | undefined>(undefined);

const patience = 30_000; // ms: a file may go up a thin line
const patienceForFiles = 600_000; // ms

/** Asks; the answer is JSON. Rejects with Refused or Unreachable. Who is signed in no more is shown the door. */
export async function ask<T>(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<T> {
  const raw = typeof body === "string" || body instanceof Blob;
  const type: HeadersInit = body === undefined || raw ? {} : { "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, {
      method,
      headers: { ...type, ...headers },
      body: raw || body === undefined ? body : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(body instanceof Blob ? patienceForFiles : patience),
    });
    if (answer.status === 204) return undefined as T;
    const said: unknown = await answer.json();
    if (answer.ok) return said as T;
    if (answer.status === 401 && me.value?.account) me.value = { ...me.value, account: undefined };
    if (isRefusal(said)) throw new Refused(said, answer.status);
  } catch (error) {
    if (error instanceof Refusal) throw error;
  }
  throw new Unreachable();
}

function isRefusal(said: unknown): said is Sentence & { problems?: Problem[] } {
  const s = said as Partial<Sentence> | null;
  return typeof s?.code === "string" && typeof s.vi === "string" && typeof s.en === "string";
}

/** Learns who is at the page. */
export async function whoAmI(): Promise<void> {
  me.value = await ask<Me>("GET", "/api/me");
}

/** The path of what belongs to a meeting. */
export function ofMeeting(code: string, what: string): string {
  return `/api/meetings/${encodeURIComponent(code)}/${what}`;
}

/** Tells the server what an official does in a meeting from outside of it. */
export function act(code: string, action: { act: string; [member: string]: unknown }): Promise<{ n: number }> {
  return ask("POST", ofMeeting(code, "do"), action);
}
