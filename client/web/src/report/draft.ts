// A report that is being recorded, kept bit by bit beside those that are finished: a reload loses its last seconds, not all of it.

import { type Moment, read, write } from "./file";
import { looked, tidied, tried } from "./kept";

/** What is recorded so far. */
export interface Begun {
  moments: Moment[];
  ms: number;
}

interface Part {
  code: string; // of the meeting
  id: string; // of the recording
  n: number; // from 0
  ms: number; // of all so far
}

const header = "x-part";
const address = (id: string, n: number) => `/reports/${id}/${n}`; // of nothing: only a key

/** The parts of one recording, in the order in which they are added. */
export class Draft {
  #last: Promise<unknown> = Promise.resolve();

  /** n: how many parts there are. */
  constructor(
    private readonly code: string,
    private readonly id: string = crypto.randomUUID(),
    private n = 0,
  ) {}

  /** Keeps what is new; ms: the length of all so far. */
  add(fresh: readonly Moment[], ms: number): void {
    const part: Part = { code: this.code, id: this.id, n: this.n++, ms };
    const kept = new Response(write(fresh), { headers: { [header]: encodeURIComponent(JSON.stringify(part)) } });
    this.#then((cache) => cache.put(address(part.id, part.n), kept));
  }

  /** Forgets all of it. Resolves when it is gone. */
  forget(): Promise<unknown> {
    for (let n = 0; n < this.n; n++) this.#then((cache) => cache.delete(address(this.id, n)));
    return this.#then(tidied);
  }

  #then(next: (cache: Cache) => Promise<unknown>): Promise<unknown> {
    this.#last = this.#last.then(() => tried(next));
    return this.#last;
  }
}

/** The recording of a meeting that was cut off, the longest if there are several; undefined: there is none. */
export async function cutOff(code: string): Promise<(Begun & { draft: Draft }) | undefined> {
  const all = await looked(async (cache) =>
    (await cache.matchAll()).flatMap((response): [Part, Response][] => {
      const part = response.headers.get(header);
      return part ? [[JSON.parse(decodeURIComponent(part)), response]] : [];
    }),
  );
  const longest = all
    ?.filter(([part]) => part.code === code)
    .reduce<Part | undefined>((most, [part]) => (most && most.ms >= part.ms ? most : part), undefined);
  if (!all || !longest) return undefined;
  const own = all.filter(([{ id }]) => id === longest.id).sort(([a], [b]) => a.n - b.n);
  const files = await Promise.all(own.map(([, response]) => response.arrayBuffer()));
  const draft = new Draft(code, longest.id, longest.n + 1);
  return { draft, moments: files.flatMap(read), ms: longest.ms };
}
