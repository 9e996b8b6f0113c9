// What is happening to one's own line when it is not simply there: gone, back again, on its second way.

import type { FromWorker, LineState } from "./messages";

/** Whether there is a session with the relay. */
export type CallState = Extract<FromWorker, { type: "state" }>["state"];

/**
 * What a person should know now, and for how many whole seconds nothing has come from the relay (silent: the session still stands;
 * reconnecting: another one is sought), or had come until just now (back). Backup is the WebSocket.
 */
export interface Situation {
  kind: "connecting" | "silent" | "reconnecting" | "back" | "backup";
  seconds: number;
}

const silentAfter = 2; // s; both sides speak once a second
const briefest = 1; // s: an outage that is shorter is not worth a sentence
const backFor = 6000; // ms that one reads that the line is back
const backupAfter = 3000; // ms: the WebSocket may only have been first
const backupFor = 10_000; // ms that one reads of it; afterwards the line's corner says it

/** Follows state and reports. All times are ms of one clock that never runs backwards. */
export class Outages {
  #state: CallState = "connecting";
  #silent = 0; // s, as last reported
  #heard: number | undefined; // when the relay was last heard
  #since: number | undefined; // of the outage
  #back = { at: 0, seconds: 0 }; // when the last outage was over, and how long it had lasted
  #second: number | undefined; // since when the line has been on the WebSocket

  /** Takes the state of the session. */
  state(state: CallState): void {
    if (state === "joined") this.#silent = 0; // what was reported before is over
    this.#state = state;
  }

  /** Takes a report at time `now`. */
  report(line: LineState, now: number): void {
    this.#silent = line.silentFor ?? 0;
    if (line.silentFor !== undefined) this.#heard = now - 1000 * line.silentFor;
    if (line.transport === "webtransport") this.#second = undefined;
    else if (line.transport === "websocket") this.#second ??= now;
  }

  /** Whether nothing comes now. */
  get out(): boolean {
    return this.#state === "reconnecting" || (this.#state === "joined" && this.#silent >= silentAfter);
  }

  /** Whether the line has been on the WebSocket for a while at time `now`. */
  onBackup(now: number): boolean {
    return this.#onSecond(now) >= backupAfter;
  }

  /** What to say at time `now`, if anything. */
  at(now: number): Situation | undefined {
    if (this.#state === "connecting") return { kind: "connecting", seconds: 0 };
    if (this.out) {
      this.#since ??= this.#heard ?? now;
      const seconds = whole(now - this.#since);
      if (seconds < briefest) return undefined;
      return { kind: this.#state === "reconnecting" ? "reconnecting" : "silent", seconds };
    }
    if (this.#since !== undefined) this.#back = { at: now, seconds: whole(now - this.#since) };
    this.#since = undefined;
    const { at, seconds } = this.#back;
    if (seconds >= briefest && now - at < backFor) return { kind: "back", seconds };
    const second = this.#onSecond(now);
    return second >= backupAfter && second < backupAfter + backupFor ? { kind: "backup", seconds: 0 } : undefined;
  }

  #onSecond(now: number): number {
    return now - (this.#second ?? now);
  }
}

const whole = (ms: number): number => Math.floor(ms / 1000);

/** Whether two answers say the same. */
export function sameSituation(a: Situation | undefined, b: Situation | undefined): boolean {
  return a?.kind === b?.kind && a?.seconds === b?.seconds;
}
