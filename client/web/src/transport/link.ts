// Hop 4 of a packet's way: one session of a page from its dial to its end, and what it is for.

import type { FromRelay, ToRelay } from "./control";
import type { Kind, Relay, Session, SessionEvents } from "./session";

/**
 * What a session is for. idle: open, but nothing is said yet; asking: hello or attach as control is said, no welcome came yet; attaching: one more
 * path, no answer came yet; control: events and datagrams; path: datagrams; retired: what is still under way to it is heard.
 */
export type Role = "dialled" | "idle" | "asking" | "attaching" | "control" | "path" | "retired" | "closed";

/** Who hears of sessions. Of one that is closed nothing is heard. */
export interface LinkOwner {
  message(link: Link, message: FromRelay): void;
  datagram(link: Link, bytes: Uint8Array): void;
  ready(link: Link): void;
  lost(link: Link): void; // closed by the other side, the network or the browser
}

/** A session, and its role. Times are ms of one clock. */
export class Link implements SessionEvents {
  role: Role = "dialled";
  since = 0; // when it took this role
  onLine = false; // it carries datagrams of the owner's line
  private session: Session | undefined;
  private heard = 0; // last
  private blocked: number | undefined; // since when the browser takes no datagram

  constructor(
    readonly relay: Relay,
    private readonly owner: LinkOwner,
  ) {}

  /** The handshake is over. If the other side has ended the session meanwhile, the role is closed. */
  opened(session: Session, now: number): void {
    this.session = session;
    this.heard = now;
    if (this.role !== "closed") this.become("idle", now);
  }

  become(role: Role, now: number): void {
    this.role = role;
    this.since = now;
  }

  /** The open session. */
  get path(): Session {
    if (!this.session) throw new Error("not open");
    return this.session;
  }

  get kind(): Kind | undefined {
    return this.session?.kind;
  }

  /** Whether its datagrams go both ways, as far as the relay said. */
  get carries(): boolean {
    return this.role === "control" || this.role === "path";
  }

  /** ms since something came. */
  silence(now: number): number {
    return now - this.heard;
  }

  /** ms for which the browser has taken no datagram. Ask often. */
  blockage(now: number): number {
    if (this.session?.ready) this.blocked = undefined;
    else this.blocked ??= now;
    return now - (this.blocked ?? now);
  }

  tell(message: ToRelay): void {
    this.session?.tell(message);
  }

  /** Ends the session; the owner hears no more of it. */
  close(): void {
    if (this.role === "closed") return;
    this.role = "closed";
    this.session?.close();
  }

  message(message: FromRelay): void {
    this.hear(() => this.owner.message(this, message));
  }

  datagram(bytes: Uint8Array): void {
    this.hear(() => this.owner.datagram(this, bytes));
  }

  ready(): void {
    if (this.role !== "closed") this.owner.ready(this);
  }

  closed(): void {
    if (this.role === "closed") return;
    this.role = "closed";
    this.owner.lost(this);
  }

  private hear(then: () => void): void {
    if (this.role === "closed") return;
    this.heard = performance.now();
    then();
  }
}
