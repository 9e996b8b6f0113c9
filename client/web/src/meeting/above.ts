// The line of a site's relay to the one above it, as the pages of the building tell of it.

import { computed, signal } from "@preact/signals";
import type { Sentence, Upstream } from "./messages";

/** What is said of that line: it is gone, it is back, or it is there and something is to be mended. `sentence` is the relay's own. */
export interface Strip {
  kind: "away" | "back" | "mend";
  sentence?: Sentence;
}

const settling = 3000; // ms after a welcome: a site that has just started needs some time, and a page that comes back as well
const backFor = 6000; // ms that one reads that the line is back

/** Follows the line above. All times are ms of one clock that never runs backwards. */
export class Above {
  readonly state = signal<Upstream | undefined>(undefined); // undefined: this relay is not that of a site
  readonly strip = signal<Strip | undefined>(undefined);
  readonly away = computed(() => this.strip.value?.kind === "away"); // who is elsewhere cannot be reached

  #welcomed = 0;
  #back: number | undefined;
  #closed: string | undefined; // the sentence that the person has closed

  /** A session begins, or begins anew. */
  welcome(now: number): void {
    this.#welcomed = now;
  }

  /** Takes what the relay says. */
  report(state: Upstream, now: number): void {
    this.state.value = state;
    this.tick(now);
  }

  /** Says what there is to say at time `now`; call it some times a second. */
  tick(now: number): void {
    const state = this.state.value;
    if (!state) return;
    const next = this.#next(state, now);
    const { kind, sentence } = this.strip.value ?? {};
    if (kind !== next?.kind || sentence?.vi !== next?.sentence?.vi) this.strip.value = next;
  }

  /** The person has read what is to be mended. */
  close(): void {
    this.#closed = this.state.value?.code;
    this.strip.value = undefined;
  }

  #next({ up, code, vi, en }: Upstream, now: number): Strip | undefined {
    const sentence = code && vi && en ? { code, vi, en } : undefined;
    if (!up) {
      const told = this.away.value || now - this.#welcomed >= settling;
      return told ? { kind: "away", sentence } : undefined;
    }
    if (this.away.value) this.#back = now;
    if (this.#back !== undefined && now - this.#back < backFor) return { kind: "back" };
    return sentence && code !== this.#closed ? { kind: "mend", sentence } : undefined;
  }
}
