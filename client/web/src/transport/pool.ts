// Hop 4 of a packet's way: the open sessions of one page. Those that carry its line are its paths; a blocked one is replaced, one too many closed.

import type { Link } from "./link";
import { Paths } from "./paths";
import { nothing } from "./session";

const stuckAfter = 1000; // ms for which the browser takes nothing,
const stuckTrips = 3; // and so many round trips: a narrow line takes long for a datagram
const staleAfter = 10_000; // ms without a sound on one path while the line is heard on others
const idleWithin = 2500; // ms that a session may be open without a word: the relay ends it after 3 s
const attachWithin = 5000; // ms
const linger = 1000; // ms for which what is under way to a session is still heard

/** Sessions. Each is closed once. Times are ms of one clock. */
export class Pool {
  /** Where the line sends; another with each line. */
  paths = new Paths();
  rtt = 0; // ms, of the line
  hush = 0; // ms between what comes on it while nobody speaks
  private readonly links = new Set<Link>();

  add(link: Link): void {
    this.links.add(link);
  }

  /** Makes a session carry the line. */
  carry(link: Link, role: "control" | "path", now: number): void {
    link.become(role, now);
    link.onLine = true;
    this.paths.add(link.path);
  }

  /** Sends nothing more on a session, and closes it soon. */
  retire(link: Link, now: number): void {
    link.become("retired", now);
    this.paths.remove(link.path);
  }

  close(link: Link): void {
    this.drop(link);
    link.close();
  }

  /** Forgets a session that is closed. */
  drop(link: Link): void {
    if (!this.links.delete(link)) return;
    this.paths.remove(link.path);
  }

  /** A new line begins, on this session if there is one: the old one's end. */
  renew(first?: Link): void {
    for (const link of this.links) if (link !== first && link.role !== "idle") this.close(link);
    this.paths = new Paths();
  }

  closeAll(): void {
    for (const link of this.links) this.close(link);
  }

  /** Sessions that wait for a use. */
  get idle(): Link[] {
    return [...this.links].filter(({ role }) => role === "idle");
  }

  /** Sessions that carry the line. */
  get carriers(): Link[] {
    return [...this.links].filter((link) => link.carries);
  }

  /** How many WebTransport sessions carry the line and move, or are about to. */
  working(now: number): number {
    const attaching = [...this.links].filter(({ role }) => role === "attaching");
    return attaching.length + this.moving(now).length;
  }

  private moving(now: number): Link[] {
    return this.carriers.filter((link) => link.kind === "webtransport" && !this.stuck(link, now));
  }

  /** Whether a session that carries the line does not move although the line may live. */
  stuck(link: Link, now: number): boolean {
    return (
      link.blockage(now) > Math.max(stuckAfter, stuckTrips * this.rtt) ||
      (link.silence(now) > staleAfter + 4 * this.hush && this.carriers.length > 1)
    );
  }

  /** Sends a little on sessions that wait for an answer, so that QUIC soon finds out what was lost. Call it every 100 ms. */
  nudge(): void {
    for (const link of this.links) {
      const waits = link.role === "asking" || link.role === "attaching";
      if (waits && link.kind === "webtransport" && link.path.ready) link.path.send(nothing);
    }
  }

  /** Closes what is over, and paths beyond those wanted: first those that are stuck. Call it every 100 ms. */
  tick(want: number, now: number): void {
    for (const link of this.links) if (expired(link, now)) this.close(link);
    const moving = this.moving(now);
    const stuck = this.carriers.filter((link) => link.kind === "webtransport" && !moving.includes(link));
    const enough = moving.length >= want;
    const surplus = moving.filter(({ role }) => role === "path").slice(0, Math.max(0, moving.length - want));
    for (const link of [...surplus, ...(enough ? stuck : [])]) if (link.role === "path") this.retire(link, now);
  }
}

function expired(link: Link, now: number): boolean {
  const age = now - link.since;
  if (link.role === "idle") return age > idleWithin;
  if (link.role === "attaching") return age > attachWithin;
  return link.role === "retired" && age > linger;
}
