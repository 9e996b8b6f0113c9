// The page at a site: what the site is, and how a browser there returns to its meeting after a power cut.

import { type KeptSeat, keepSeat, keepSitting, sittingIn } from "./memory";

/** Whether a host is this computer or in this building, so that asking it whether it is a site costs nothing on any line. */
export function isNear(host: string): boolean {
  const private4 = /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+)+$/;
  return isHere(host) || private4.test(host) || /\.local$|^\[(f[cd]|fe80:)/.test(host);
}

/** Whether a host is this very computer, so that its name means nothing on another. */
export function isHere(host: string): boolean {
  return /^(127(\.\d+){3}|localhost|\[::1\])$/.test(host);
}

const lock = "diemcau.sitting"; // held by the tab that sits; others of the same browser must not take its seat

let lost: string | undefined; // the code of the meeting in which this browser sat when its power was cut
let sits: AbortController | undefined; // ends the lock

/** Looks, when the page starts, whether this browser was torn from a meeting; its seat becomes this tab's. */
export async function reclaim(): Promise<void> {
  const was = sittingIn();
  if (!was) return;
  const locks = await navigator.locks?.query().catch(() => undefined);
  if (!locks || locks.held?.some(({ name }) => name === lock)) return;
  const { code, ...seat } = was;
  keepSeat(code, seat);
  lost = code;
}

/** The meeting to return to, once, if it is one of these. */
export function takeLost(meetings: readonly { code: string }[]): string | undefined {
  const code = meetings.find((m) => m.code === lost)?.code;
  if (code) lost = undefined;
  return code;
}

/** This browser sits in a meeting, until it rises or its power is cut. */
export function sitDown(code: string, seat: KeptSeat): void {
  lost = undefined;
  keepSitting(code, seat);
  if (sits || !navigator.locks) return;
  sits = new AbortController();
  const { signal } = sits;
  const risen = () => new Promise((resolve) => signal.addEventListener("abort", resolve));
  navigator.locks.request(lock, { signal }, risen).catch(() => undefined); // it rose before another tab did
}

/** It sits no more, by its person's will: nobody is brought into a meeting after leaving it. */
export function rise(): void {
  lost = undefined;
  keepSitting("");
  sits?.abort();
  sits = undefined;
}
