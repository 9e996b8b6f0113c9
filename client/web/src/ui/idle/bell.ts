// The bell of a room that is called.

import { playTone } from "../../codec/tone";

const ringEvery = 3000; // ms
const ringFor = 120_000; // ms: who has not come by then is not in the room

/** Rings until it is stopped, where the browser allows sound. */
export class Bell {
  readonly #context = new AudioContext();
  #timer: ReturnType<typeof setInterval> | undefined;
  #until = 0;

  /** Whether the browser waits for a press before it lets the bell sound. */
  get silent(): boolean {
    return this.#context.state !== "running";
  }

  /** Call it when somebody presses something; resolves when it is known whether that helped. */
  async allow(): Promise<void> {
    await this.#context.resume().catch(() => undefined);
  }

  /** Plays once. */
  async once(): Promise<void> {
    await this.allow();
    if (!this.silent) await playTone(this.#context);
  }

  start(): void {
    this.stop();
    this.#until = Date.now() + ringFor;
    void this.once();
    this.#timer = setInterval(() => (Date.now() < this.#until ? void this.once() : this.stop()), ringEvery);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    void this.#context.close();
  }
}
