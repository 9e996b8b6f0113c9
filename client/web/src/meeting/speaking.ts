// Who is speaking, without flicker: levels in, names for the large line out.

/** The levels of one report: publication and level in dBov, −127 (silence) to 0 (loudest). */
export type Levels = readonly (readonly [publication: number, dBov: number])[];

/** Who speaks. `main` has the large line; once nobody speaks it stays, with `now` false, as the one who spoke last. */
export interface Speakers {
  main?: number;
  now: boolean;
  others: readonly number[];
}

const startAt = -50; // dBov: a voice in a room; background noise of a quiet hall is below −60
const keepAt = -58;
const startAfter = 150; // ms: a cough or a door is shorter
const stopAfter = 1200; // ms: people breathe between sentences

interface Voice {
  since: number; // when the present loud stretch began
  heard: number; // when it was last loud enough to go on
  speaking: boolean;
}

/** Follows the levels and says who speaks. All times are ms of one clock that never runs backwards. */
export class Speaking {
  #voices = new Map<number, Voice>();
  #main: number | undefined;

  /** Takes a report of who is heard at time `now`; a publication that is not in it is silent. */
  report(levels: Levels, now: number): void {
    for (const [publication, level] of levels) {
      const voice = this.#voices.get(publication);
      if (level < (voice ? keepAt : startAt)) continue;
      if (!voice) this.#voices.set(publication, { since: now, heard: now, speaking: false });
      else {
        voice.heard = now;
        voice.speaking ||= now - voice.since >= startAfter;
      }
    }
  }

  /** Who speaks at time `now`. The main speaker stays until silent; then the one who has spoken longest follows. */
  speakers(now: number): Speakers {
    for (const [publication, voice] of this.#voices) {
      const patience = voice.speaking ? stopAfter : 2 * startAfter;
      if (now - voice.heard > patience) this.#voices.delete(publication);
    }
    const speaking = [...this.#voices].filter(([, voice]) => voice.speaking).map(([publication]) => publication);
    if (speaking.length === 0) return { main: this.#main, now: false, others: [] };
    // A Map keeps the order of insertion, so the first has spoken longest.
    if (this.#main === undefined || !speaking.includes(this.#main)) this.#main = speaking[0];
    return { main: this.#main, now: true, others: speaking.filter((p) => p !== this.#main) };
  }
}

/** Whether two answers name the same people. */
export function sameSpeakers(a: Speakers, b: Speakers): boolean {
  return (
    a.main === b.main &&
    a.now === b.now &&
    a.others.length === b.others.length &&
    a.others.every((p, i) => p === b.others[i])
  );
}
