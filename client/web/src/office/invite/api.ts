// What a site asks, and how it proves that it is one.

import type { Relay } from "../../meeting/messages";
import { type Kept, keepPass, newKey, type PassSite, publicKey, sign } from "../../meeting/pass";
import { ask, ofMeeting } from "../api";
import type { Item } from "../plan";

/** A meeting as everybody may know it. */
export interface Public {
  code: string;
  title: string;
  starts?: number;
  minutes?: number;
  opened?: number;
  closed?: number;
  place?: string;
  body?: string;
  agenda?: Item[] | null;
  relays?: Relay[];
}

/** A meeting that a site is invited to. */
export interface InvitedTo extends Public {
  n?: number; // its number in the plan
}

/** A conclusion that is given to a site. */
export interface Task {
  code: string;
  title: string;
  id: string;
  text: string;
  due?: string;
  acknowledged?: boolean;
  progress?: string;
  done?: boolean;
}

/** What a site sees of the office. */
export interface Invitations {
  site: { id: string; name: string; unit?: string };
  meetings?: InvitedTo[] | null;
  conclusions?: Task[] | null;
}

/** Describes a meeting to anybody. */
export function getPublic(code: string): Promise<Public> {
  return ask("GET", `/api/meetings/${encodeURIComponent(code)}?about=1`);
}

/** Asks as the site of this computer. A proof is for one request. */
export async function askAsSite<T>(own: Kept, method: string, path: string, body?: unknown): Promise<T> {
  const { nonce } = await ask<{ nonce: string }>("GET", "/api/nonce");
  const headers = {
    "Diemcau-Pass": own.pass,
    "Diemcau-Nonce": nonce,
    "Diemcau-Proof": await sign(own.key, `diemcau proof\n${method} ${path}\n${nonce}`),
  };
  return ask<T>(method, path, body, headers);
}

/** What this site is invited to, and what it has to do. */
export function getInvitations(own: Kept): Promise<Invitations> {
  return askAsSite(own, "GET", "/api/invited");
}

/** Says something of a conclusion. */
export function answerTask(own: Kept, code: string, action: { act: string; [member: string]: unknown }) {
  return askAsSite(own, "POST", ofMeeting(code, "do"), action);
}

/** The browser kept nothing. */
export class NotKept extends Error {}

/** Makes this computer a site's: a key that cannot be read, and the pass that is bound to it. Rejects with Refused, Unreachable or NotKept. */
export async function enrol(token: string): Promise<Kept> {
  const pair = await newKey();
  await probeKeeping(pair.privateKey); // the link works once: it must not be used up in vain
  const key = await publicKey(pair);
  const made = await ask<{ pass: string; site: PassSite }>("POST", "/api/enrol", { token, key });
  const own = { pass: made.pass, site: made.site, key: pair.privateKey };
  await keepPass(own).catch(() => {
    throw new NotKept();
  });
  return own;
}

/** Tries whether the browser keeps such a thing, without touching what is kept. */
async function probeKeeping(key: CryptoKey): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open("diemcau-probe", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("probe");
    opening.onerror = () => reject(new NotKept());
    opening.onsuccess = () => {
      const done = opening.result.transaction("probe", "readwrite").objectStore("probe").put(key, "key");
      done.onsuccess = () => resolve();
      done.onerror = () => reject(new NotKept());
      opening.result.close();
      indexedDB.deleteDatabase("diemcau-probe");
    };
  });
}
