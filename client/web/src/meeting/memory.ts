// What the page remembers. A browser may forbid storage; then it remembers nothing, and all else works.

import type { Relay } from "./messages";

/** A seat to return to after a reload: kept for this tab only. */
export interface KeptSeat {
  token: string;
  name: string;
  muted: boolean;
}

/** What a person chooses for this computer. camera: on or off; lens: which camera; watch: which pictures; side: the panel beside them. */
type Choice = "name" | "lang" | "microphone" | "camera" | "lens" | "watch" | "side";

type Kind = "localStorage" | "sessionStorage";

function read(kind: Kind, key: string): string | undefined {
  try {
    return globalThis[kind].getItem(`diemcau.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(kind: Kind, key: string, value: string | undefined): void {
  try {
    if (value === undefined) globalThis[kind].removeItem(`diemcau.${key}`);
    else globalThis[kind].setItem(`diemcau.${key}`, value);
  } catch {
    // Forbidden or full.
  }
}

/** A choice of the person at this computer, kept from visit to visit. */
export function recall(key: Choice): string | undefined {
  return read("localStorage", key);
}

/** Keeps such a choice. */
export function remember(key: Choice, value: string): void {
  write("localStorage", key, value);
}

/** The seat that this tab has in a meeting. */
export function keptSeat(code: string): KeptSeat | undefined {
  return readSeat(read("sessionStorage", `seat.${code}`));
}

function readSeat(text = "null"): KeptSeat | undefined {
  try {
    const seat = JSON.parse(text) as Partial<KeptSeat> | null;
    if (typeof seat?.token !== "string" || typeof seat.name !== "string") return undefined;
    return { token: seat.token, name: seat.name, muted: seat.muted === true };
  } catch {
    return undefined;
  }
}

/** Keeps the seat of this tab in a meeting; undefined forgets it. */
export function keepSeat(code: string, seat: KeptSeat | undefined): void {
  write("sessionStorage", `seat.${code}`, seat && JSON.stringify(seat));
}

/** The pass of the invitation with which this tab came to a meeting. */
export function invitationPass(code: string): string | undefined {
  return read("sessionStorage", `pass.${code}`);
}

/** Keeps it, so that a reload needs no link. */
export function keepInvitationPass(code: string, pass: string): void {
  write("sessionStorage", `pass.${code}`, pass);
}

/** The meeting in which this browser sits at a site, or sat when its power was cut, and the seat. */
export function sittingIn(): ({ code: string } & KeptSeat) | undefined {
  const [code = "", seat] = (read("localStorage", "sitting") ?? "").split(/ (.*)/);
  const kept = readSeat(seat);
  return kept && { code, ...kept };
}

/** Keeps it; without a seat it forgets it. */
export function keepSitting(code: string, seat?: KeptSeat): void {
  write("localStorage", "sitting", seat && `${code} ${JSON.stringify(seat)}`);
}

/** Where this server's relays were at the last visit, to dial them at once; undefined if it is not known. */
export function keptRelays(): Relay[] | undefined {
  try {
    const relays: unknown = JSON.parse(read("localStorage", "relays") ?? "null");
    return Array.isArray(relays) && relays.length > 0 && relays.every(isRelay) ? relays : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps them. They are no secret: the server tells them to everybody who knows a meeting. */
export function keepRelays(relays: Relay[]): void {
  write("localStorage", "relays", JSON.stringify(relays));
}

function isRelay(relay: Partial<Relay> | null): boolean {
  if (typeof relay?.url !== "string" || !URL.canParse(relay.url) || !Array.isArray(relay.hashes)) return false;
  return relay.hashes.every((hash) => /^[\w+/]{43}=$/.test(hash));
}

/** Whether the page may load itself anew because the relay does not understand it: once, until it is understood again. Asking uses it up. */
export function mayReload(): boolean {
  const before = read("sessionStorage", "reloaded");
  write("sessionStorage", "reloaded", "1");
  return before === undefined && read("sessionStorage", "reloaded") === "1"; // without a memory it would go on for ever
}

/** The relay understood this page. */
export function understood(): void {
  write("sessionStorage", "reloaded", undefined);
}
