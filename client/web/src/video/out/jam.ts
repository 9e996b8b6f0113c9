// When what waits for the line is so much that pictures are left out until it has left.

const much = 150; // ms of the line
const little = 50;
const few = 4000; // bytes
const longest = 1000; // ms without a picture: what waits may be a screen's,
const breath = 100; // ms in which each layer takes one all the same

/** Encoders make what the plan allows, so what once waits would wait for ever, and every picture come late by as much. Times are ms. */
export class Jam {
  #since: number | undefined; // pictures are left out

  /** Whether a picture is to be left out when the line needs so long for what waits. bytes: what that is; a key frame on a thin line is none. */
  holds(waits: number, bytes: number, now: number): boolean {
    if (this.#since === undefined && waits > much && bytes > few) this.#since = now;
    if (this.#since === undefined) return false;
    if (waits < little || now - this.#since >= longest + breath) this.#since = undefined;
    return this.#since !== undefined && now - this.#since < longest;
  }
}
