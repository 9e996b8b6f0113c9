// The relay's HTTP interface, as far as the page needs it: PROTOCOL.md section 8.

import type { Relay, Sentence } from "./messages";

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

/** The server's refusal, in words for the person at the page. */
export class Refusal extends Error {
  readonly sentence: Sentence;

  constructor(sentence: Sentence) {
    super(sentence.code);
    this.sentence = sentence;
  }
}

/** No answer, or none that can be understood: the line, a proxy or the server is down. Trying again makes sense. */
export class Unreachable extends Error {}

const patience = 15_000; // ms

/** Describes a meeting. Rejects with Refusal or Unreachable. */
export function getMeeting(code: string): Promise<Meeting> {
  return call<Meeting>(`/api/meetings/${encodeURIComponent(code)}`, {});
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
    if (isSentence(body)) throw new Refusal(body);
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
