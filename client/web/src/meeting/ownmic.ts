// One's own microphone: the person's choice, and what the meeting allows. Nobody's microphone is opened by anybody else.

import { signal } from "@preact/signals";

/** open: one is heard unless muted. closed: the meeting does not allow it. ready: it does, and waits for the person's press. */
export type Gate = "open" | "closed" | "ready";

/** What the owner has to do. */
export interface OwnMicEvents {
  sounds(open: boolean): void; // let sound out of this room, or not
  chosen(muted: boolean): void; // keep the person's choice
  tell(muted: boolean): void; // tell the relay
}

/** Follows one's own microphone. */
export class OwnMic {
  readonly muted = signal(false); // the person's choice, or the chair's
  readonly gate = signal<Gate>("open");
  #known = false; // the meeting
  #confirmed: boolean | undefined; // mute state as the relay had it last; undefined: another was told since

  constructor(
    muted: boolean,
    private readonly listen: boolean,
    private readonly events: OwnMicEvents,
  ) {
    this.muted.value = muted;
    this.#apply();
  }

  /** The person closes or opens the microphone. */
  choose(muted: boolean): void {
    if (this.listen || muted === this.muted.value) return;
    this.#set(muted);
    this.#confirmed = undefined;
    this.events.tell(muted);
  }

  /** The person presses the large button. */
  press(): void {
    if (this.gate.value === "closed") return;
    const waited = this.gate.value === "ready";
    this.gate.value = "open";
    if (waited) this.#apply();
    this.choose(!waited && !this.muted.value);
  }

  /** What the meeting allows now, and the mute state that the relay has: as it follows from an event, or from a welcome. */
  follow(may: boolean, muted: boolean, welcome = false): void {
    const before = this.#confirmed;
    this.#confirmed = muted;
    if (may !== (this.gate.value !== "closed")) {
      this.gate.value = may ? (this.#known ? "ready" : "open") : "closed";
      this.#apply();
    }
    if (!welcome) return;
    const first = !this.#known;
    this.#known = true;
    if (this.listen || muted === this.muted.value) return;
    // The seat kept its state over a reload; later somebody may have closed it meanwhile. Else the person's choice did not reach the relay.
    if (muted && (first || before === false)) this.#set(true);
    else this.events.tell(this.muted.value);
  }

  /** The chair has closed it. */
  silence(): void {
    this.#set(true);
  }

  #set(muted: boolean): void {
    this.muted.value = muted;
    this.events.chosen(muted);
    this.#apply();
  }

  #apply(): void {
    this.events.sounds(!this.muted.value && this.gate.value === "open");
  }
}
