// The relay's HTTP interface, as far as the page needs it: PROTOCOL.md section 8.

import type { Relay, Sentence, Upstream } from "./messages";

/** A meeting as the relay describes it before one joins. */
export interface Meeting {
  code: string;
  title: string;
  relays: Relay[];
}

/** A meeting just opened, with the link to send around. */
export interface NewMeeting {
  code: string;
  title: string;
  link: string;
}

/** What a site says of itself: its name, "" before it was told, and the meetings that it takes part in. */
export interface Site {
  site: string;
  meetings: { code: string; title: string; upstream: Upstream }[];
}

/** The server's refusal, in words for the person at the page. */
export class Refusal extends Error {
  readonly sentence: Sentence;
  readonly soon: boolean; // a site cannot ask the server above now: it may be otherwise in a moment

  constructor(sentence: Sentence, status: number) {
    super(sentence.code);
    this.sentence = sentence;
    this.soon = status === 503 && sentence.code !== "relay-full";
  }
}

/** No answer, or none that can be understood: the line, a proxy or the server is down. Trying again makes sense. */
export class Unreachable extends Error {}

const patience = 15_000; // ms

/** Describes a meeting. Rejects with Refusal or Unreachable. */
export function getMeeting(code: string): Promise<Meeting> {
  return call<Meeting>(`/api/meetings/${encodeURIComponent(code)}`, {});
}

/** What the site that serves this page says of itself; undefined: the server is none. Rejects with Unreachable. */
export async function getSite(): Promise<Site | undefined> {
  try {
    return await call<Site>("/api/site", {});
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Opens a meeting. Rejects with Refusal or Unreachable. */
export function openMeeting(title: string, hostKey: string): Promise<NewMeeting> {
  return call<NewMeeting>("/api/meetings", {
    method: "POST",
    headers: { Authorization: `Bearer ${encodeToken(hostKey)}`, "Content-Type": "application/json" },
    body: JSON.stringify({ title }),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  try {
    const answer = await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(patience) });
    const body: unknown = await answer.json();
    if (answer.ok) return body as T;
    if (isSentence(body)) throw new Refusal(body, answer.status);
  } catch (error) {
    if (error instanceof Refusal) throw error;
  }
  throw new Unreachable();
}

function isSentence(body: unknown): body is Sentence {
  const s = body as Partial<Sentence> | null;
  return typeof s?.code === "string" && typeof s.vi === "string" && typeof s.en === "string";
}

/** A header holds bytes, not letters: a key with accents is sent as its UTF-8 bytes instead of failing before it is sent. */
function encodeToken(key: string): string {
  return String.fromCharCode(...new TextEncoder().encode(key.trim()));
}
