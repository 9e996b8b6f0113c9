// Commands on their way to the relay, in the media worker.

import type { Do } from "./messages";

/** Keeps commands until they are answered. The relay does one that comes twice once, and answers it again. */
export class Orders {
  readonly #waiting = new Map<string, Do>();

  constructor(private readonly tell: (order: Do) => void) {}

  /** Gives a command. */
  give(order: Do): void {
    this.#waiting.set(order.id, order);
    this.tell(order);
  }

  /** The relay may not have got those that it has not answered, or the answer may be lost: they are given again, in their order. */
  again(): void {
    for (const order of this.#waiting.values()) this.tell(order);
  }

  /** Whether this is the first answer to a command. */
  answered(id: string): boolean {
    return this.#waiting.delete(id);
  }
}
