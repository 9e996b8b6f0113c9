// One's own line during a call: reports and outages in, what the page draws out.

import { signal } from "@preact/signals";
import { LineJudge, type LineView, type Measure, measureOf } from "./line";
import type { LineState } from "./messages";
import { type CallState, Outages, type Situation, sameSituation } from "./outage";

/** Seconds of the line that are remembered. */
export const remembered = 60;

const settling = 3; // reports after an outage that still tell of it: each is of the last three seconds

/** Follows one's own line. All times are ms of one clock that never runs backwards. */
export class OwnLine {
  readonly view = signal<LineView | undefined>(undefined);
  readonly backup = signal(false); // it is on the WebSocket
  readonly trace = signal<readonly (Measure | undefined)[]>([]); // of the last seconds, the newest last; undefined: nothing came
  readonly situation = signal<Situation | undefined>(undefined);

  #judge = new LineJudge();
  #outages = new Outages();
  #settling = 0;
  #tracedAt = 0;

  /** Takes the state of the session with the relay. */
  state(state: CallState, now: number): void {
    this.#outages.state(state);
    this.tick(now);
  }

  /** Takes a report, one a second. */
  report(line: LineState, now: number): void {
    this.#outages.report(line, now);
    this.tick(now);
    if (this.#outages.out) return;
    const measure = measureOf(line);
    if (this.#settling === 0) this.view.value = this.#judge.report(measure);
    else this.#settling--;
    this.#remember(measure, now);
  }

  /** Says what happens to the line; call it some times a second. While nothing comes, the trace goes on without reports. */
  tick(now: number): void {
    const situation = this.#outages.at(now);
    if (!sameSituation(situation, this.situation.value)) this.situation.value = situation;
    this.backup.value = this.#outages.onBackup(now);
    if (!this.#outages.out || !this.view.value) return;
    this.#judge = new LineJudge();
    this.#settling = settling;
    if (now - this.#tracedAt >= 1000) this.#remember(undefined, now);
  }

  #remember(measure: Measure | undefined, now: number): void {
    this.#tracedAt = now;
    this.trace.value = [...this.trace.value, measure].slice(-remembered);
  }
}
