// What the page remembers. A browser may forbid storage; then it remembers nothing, and all else works.

/** A seat to return to after a reload: kept for this tab only. */
export interface KeptSeat {
  token: string;
  name: string;
  muted: boolean;
}

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
export function recall(key: "name" | "lang" | "microphone"): string | undefined {
  return read("localStorage", key);
}

/** Keeps such a choice. */
export function remember(key: "name" | "lang" | "microphone", value: string): void {
  write("localStorage", key, value);
}

/** The seat that this tab has in a meeting. */
export function keptSeat(code: string): KeptSeat | undefined {
  try {
    const seat = JSON.parse(read("sessionStorage", `seat.${code}`) ?? "null") as Partial<KeptSeat> | null;
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
