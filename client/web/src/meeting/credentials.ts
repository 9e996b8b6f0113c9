// What a hello proves, in the media worker.

import type { Hello } from "../transport";
import { base64url, sign } from "./pass";

/** Has the proof for the next hello at hand: a signature takes a moment, and a hello must not wait. */
export class Credentials {
  #next: Pick<Hello, "pass" | "line" | "proof">;

  /** A pass that is bound to no key proves by itself. */
  constructor(
    private readonly meeting: string,
    private readonly pass?: string,
    private readonly key?: CryptoKey,
  ) {
    this.#next = pass === undefined ? {} : { pass };
  }

  /** Makes the next proof. Call it once before the first hello. */
  async prepare(): Promise<void> {
    if (!this.key) return;
    const line = base64url(crypto.getRandomValues(new Uint8Array(16)));
    const proof = await sign(this.key, `diemcau proof\n${this.meeting}\n${line}`);
    this.#next = { pass: this.pass, line, proof };
  }

  /** For one hello. */
  take(): Pick<Hello, "pass" | "line" | "proof"> {
    const now = this.#next;
    void this.prepare();
    return now;
  }
}
