// The relay's HTTP interface, as far as the start page needs it: PROTOCOL.md section 8.

import { call, Refusal } from "./api";
import type { Upstream } from "./messages";

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

/** A header holds bytes, not letters: a key with accents is sent as its UTF-8 bytes instead of failing before it is sent. */
function encodeToken(key: string): string {
  return String.fromCharCode(...new TextEncoder().encode(key.trim()));
}
