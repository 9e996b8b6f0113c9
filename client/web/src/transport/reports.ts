// Hop 10 of a packet's way: when a receiver has to speak. The twin of Go's transport/reports.go.

import type { Datagram } from "./wire";

const riding = 100; // ms between reports on datagrams that leave anyway,
const alone = 190; // and by themselves, a little less than what the protocol asks: timers are late,
const clean = 380; // while nothing is missing
const promptLeast = 30; // ms between prompt reports when nothing arrives: that says something, too
const promptMost = 190;
const promptFor = 1000; // ms after the last media

/** Times are ms of one clock. */
export class Reports {
  /** The other side asks for a report on every datagram. */
  prompt = false;

  private last = Number.NEGATIVE_INFINITY; // report
  private pending = false; // something to report on arrived since
  private media = Number.NEGATIVE_INFINITY; // when the last datagram with media arrived
  private pace = 0; // ms between the other side's datagrams, smoothed
  private hop: number | undefined; // of the datagram that pace was measured with,
  private at = 0; // and its arrival

  /** Takes a datagram. Reports are not reported on, or two quiet sides would answer each other for ever. */
  note(d: Datagram, hop: number, now: number): void {
    const media = d.source.length > 0 || d.chunks.length > 0;
    if (media) this.media = now;
    if (media || !d.feedback) this.pending = true;
    if (this.hop !== undefined && hop <= this.hop) return;
    this.prompt = d.prompt;
    const steps = hop - (this.hop ?? Number.NEGATIVE_INFINITY);
    if (steps < 16) {
      const gap = (now - this.at) / steps;
      this.pace ||= gap;
      this.pace += (gap - this.pace) / 8;
    }
    this.hop = hop;
    this.at = now;
  }

  /** Whether a report is due. onOther: a datagram leaves anyway; complete: nothing is missing. */
  due(now: number, onOther: boolean, complete: boolean): boolean {
    const watching = this.prompt && now - this.media < promptFor;
    return (this.pending || watching) && now - this.last >= this.interval(watching, onOther, complete);
  }

  /** A report leaves. */
  made(now: number): void {
    this.last = now;
    this.pending = false;
  }

  private interval(watching: boolean, onOther: boolean, complete: boolean): number {
    if (this.prompt && this.pending) return Math.min(this.pace / 4, riding);
    if (watching) return Math.min(Math.max((this.pace * 17) / 16, promptLeast), promptMost);
    if (onOther) return riding;
    return complete ? clean : alone;
  }
}
