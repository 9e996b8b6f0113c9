// The relay's HTTP interface, as far as the page needs it: PROTOCOL.md section 8.

import type { Relay, Sentence } from "./messages";

/** A meeting as the relay describes it before one joins. */
export interface Meeting {
  code: string;
  title: string;
  relays: Relay[];
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

/** Asks the server, and takes its answer. Rejects with Refusal or Unreachable. */
export async function call<T>(path: string, init: RequestInit): Promise<T> {
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
