// What an enrolled site asks the server: the meetings to which it is invited.

import { base64url, type Kept, sign } from "./pass";

/** A meeting to which this site is invited. */
export interface InvitedTo {
  code: string;
  title: string;
  starts?: number; // Unix ms
  minutes?: number;
  body?: string;
  opened?: number;
  closed?: number;
}

/** A conclusion that is this site's to do. */
export interface Duty {
  code: string;
  id: string;
  text: string;
  due?: string;
  done?: boolean;
}

/** What concerns this site. */
export interface Invitations {
  meetings: InvitedTo[];
  conclusions: Duty[];
}

/** Asks what this site is invited to. Rejects if the server does not answer, or refuses. */
export async function getInvitations(own: Kept): Promise<Invitations> {
  const path = "/api/invited";
  const { nonce } = (await get("/api/nonce")) as { nonce: string };
  return (await get(path, {
    "Diemcau-Pass": own.pass,
    "Diemcau-Nonce": nonce,
    "Diemcau-Proof": await sign(own.key, `diemcau proof\nGET ${path}\n${nonce}`),
  })) as Invitations;
}

async function get(path: string, headers?: Record<string, string>): Promise<unknown> {
  const answer = await fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** What proves the site in a session that belongs to no meeting. */
export async function awaitHello(own: Kept) {
  const line = base64url(crypto.getRandomValues(new Uint8Array(16)));
  const proof = await sign(own.key, `diemcau proof\n\n${line}`);
  return { type: "await", protocol: 1, pass: own.pass, proof, line } as const;
}

/** The meetings that are still to come or under way, the next first; what was yesterday is over. */
export function upcoming(meetings: readonly InvitedTo[], now: number): InvitedTo[] {
  const late = 12 * 3_600_000;
  return meetings
    .filter(({ closed, starts = now }) => !closed && starts > now - late)
    .sort((a, b) => (a.starts ?? now) - (b.starts ?? now));
}
