// Hop 4 of a packet's way: how many sessions the way up needs. Chromium's congestion control takes every loss for its own fault, so on a lossy
// line one session carries little, and falls silent for seconds; two or three together do not.

const lossy = 0.08; // share of datagrams lost on the way up: two sessions
const bad = 0.18; // and three
const span = 3000; // ms over which that is seen at least,
const most = 10_000; // and at most,
const enough = 50; // datagrams
const outage = 1500; // ms of silence that is more than loss: what was lost in it tells nothing,
const settling = 3000; // and is reported until so long after
const cleanFor = 60_000; // ms without such loss until the others are closed

/** What the relay's feedback told since a line began: datagrams that it reported on, and those of them that were lost. */
export interface Reports {
  reported: number;
  lost: number;
}

/** Counts sessions. Times are ms of one clock. */
export class Uplink {
  private samples: (Reports & { at: number })[] = []; // oldest first
  private lossyAt = Number.NEGATIVE_INFINITY; // last,
  private badAt = Number.NEGATIVE_INFINITY;
  private outageAt = Number.NEGATIVE_INFINITY; // last

  /** Takes the counts of now, and for how many ms nothing has come, about once a second. The counts may begin anew with another line. */
  report({ reported, lost }: Reports, silence: number, now: number): void {
    if (silence > outage) this.outageAt = now;
    const last = this.samples.at(-1);
    if (now - this.outageAt < settling || (last && reported < last.reported)) this.samples = [];
    this.samples = this.samples.filter(({ at }) => now - at <= most);
    // The shortest stretch that tells enough.
    const first = this.samples.filter((s) => now - s.at >= span && reported - s.reported >= enough).at(-1);
    this.samples.push({ at: now, reported, lost });
    if (!first) return;
    const loss = (lost - first.lost) / (reported - first.reported);
    if (loss > lossy) this.lossyAt = now;
    if (loss > bad) this.badAt = now;
  }

  /** How many sessions the way up needs now, 1 to 3. */
  want(now: number): number {
    if (now - this.badAt < cleanFor) return 3;
    return now - this.lossyAt < cleanFor ? 2 : 1;
  }
}
