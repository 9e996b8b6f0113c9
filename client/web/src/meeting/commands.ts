// Commands of the person at the page, and what became of them.

import type { Do, Sentence } from "./messages";

/** Gives commands, each under an id of its own. */
export class Commands {
  readonly #prefix = crypto.randomUUID().slice(0, 8);
  readonly #open = new Map<string, (refusal?: Sentence) => void>();
  #count = 0;

  constructor(private readonly post: (order: Do) => void) {}

  /** Gives a command. It resolves when the relay has answered, however long the line is gone: with its refusal, or with nothing. */
  do(act: string, members: object = {}): Promise<Sentence | undefined> {
    const id = `${this.#prefix}-${++this.#count}`;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.post({ ...members, type: "do", id, act });
    });
  }

  /** The relay's answer. */
  answer(id: string, refusal?: Sentence): void {
    this.#open.get(id)?.(refusal);
    this.#open.delete(id);
  }
}
