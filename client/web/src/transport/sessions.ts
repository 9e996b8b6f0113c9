// Hop 4 of a packet's way: how many sessions a line needs. Congestion control takes every loss for its own fault, Chromium's on the way up and the
// relay's on the way down, so on a lossy line one session carries little, and falls silent for seconds; two or three together do not.

const span = 3000; // ms over which loss is seen at least,
const most = 10_000; // and at most,
const enough = 50; // datagrams
const outage = 1500; // ms of silence that is more than loss: what was lost in it tells nothing,
const settling = 3000; // and is reported until so long after
const queue = 60; // ms of a longer round trip than before; the relay finds one too, if it allows less than
const narrow = 48_000; // bit/s, what it begins with: then what is lost overflowed, and further sessions would make that worse
const leak = 0.02; // of a longer round trip that is believed to be the line's own, per report: a queue empties now and then, another way stays longer
const surely = 3; // reports in a row
const trickle = 20_000; // bit/s: a line on which no more arrives may be as narrow as that, and lose what does not fit

/** What was sent in one direction since a line began, in datagrams, as far as it is known; and those of them that were lost. */
export interface Count {
  sent: number;
  lost: number;
  bytes?: number; // that arrived, with all headers, if that is known
}

/** What is known of a line: rtt in ms, and what the relay allows on the way up in bit/s, 0: it did not say. */
export interface LineCounts {
  up: Count;
  down: Count;
  rtt?: number;
  rate: number;
}

/** So many sessions from a loss on, and so long as it was above another within so many ms. */
interface Need {
  sessions: number;
  above: number;
  keep: number;
  within: number;
}

const needsUp: Need[] = [
  { sessions: 2, above: 0.08, keep: 0.08, within: 60_000 },
  { sessions: 3, above: 0.18, keep: 0.18, within: 60_000 },
];
// The relay is told of the loss and stays below what its library carries; only at its smallest window that is not enough.
const needsDown: Need[] = [{ sessions: 3, above: 0.25, keep: 0.12, within: 30_000 }];

/** Counts sessions. Times are ms of one clock. */
export class Sessions {
  private readonly up = new Way(needsUp);
  private readonly down = new Way(needsDown);
  private floor = Number.POSITIVE_INFINITY; // ms of a round trip without a queue
  private crowded = 0; // reports in a row that tell of one
  private outageAt = Number.NEGATIVE_INFINITY; // last

  /** Takes what is known now, and for how many ms nothing has come, about once a second. The counts may begin anew with another line. */
  report(line: LineCounts, silence: number, now: number): void {
    if (silence > outage) this.outageAt = now;
    this.crowded = this.queues(line) ? this.crowded + 1 : 0;
    if (now - this.outageAt < settling) this.begin();
    else if (this.crowded > 0) this.up.begin();
    if (this.crowded >= surely) this.up.forget();
    this.up.report(line.up, now);
    this.down.report(line.down, now);
  }

  /** The line runs on another kind of session now: what was lost on the way before tells nothing. */
  forget(): void {
    this.up.forget();
    this.down.forget();
    this.floor = Number.POSITIVE_INFINITY;
    this.crowded = 0;
  }

  /** How many sessions the line needs now, 1 to 3. listens: nothing of weight goes up. */
  want(listens: boolean, now: number): number {
    return Math.max(listens ? 1 : this.up.want(now), this.down.want(now));
  }

  private begin(): void {
    this.up.begin();
    this.down.begin();
  }

  private queues({ rtt, rate }: LineCounts): boolean {
    if (rtt === undefined) return false;
    this.floor = rtt < this.floor ? rtt : this.floor + leak * (rtt - this.floor);
    return rate > 0 && rate < narrow && rtt - this.floor > queue;
  }
}

/** One direction. */
class Way {
  private samples: (Count & { at: number })[] = []; // oldest first
  private readonly last: number[]; // when each need was felt

  constructor(private readonly needs: Need[]) {
    this.last = needs.map(() => Number.NEGATIVE_INFINITY);
  }

  report({ sent, lost, bytes }: Count, now: number): void {
    const last = this.samples.at(-1);
    if (last && sent < last.sent) this.begin();
    this.samples = this.samples.filter(({ at }) => now - at <= most);
    // The shortest stretch that tells enough.
    const first = this.samples.filter((s) => now - s.at >= span && sent - s.sent >= enough).at(-1);
    this.samples.push({ at: now, sent, lost, bytes });
    if (first && !trickles(first, bytes, now)) this.feel((lost - first.lost) / (sent - first.sent), now);
  }

  /** What was lost before now tells nothing. */
  begin(): void {
    this.samples = [];
  }

  forget(): void {
    this.begin();
    this.last.fill(Number.NEGATIVE_INFINITY);
  }

  want(now: number): number {
    return this.needs.reduce((most, need, i) => (now - this.last[i] < need.within ? need.sessions : most), 1);
  }

  private feel(loss: number, now: number): void {
    for (const [i, { above, keep, within }] of this.needs.entries()) {
      if (loss >= above || (loss >= keep && now - this.last[i] < within)) this.last[i] = now;
    }
  }
}

/** Whether so little arrived since a sample that what is missing may just not have fitted. */
function trickles(
  { at, bytes: before }: { at: number; bytes?: number },
  bytes: number | undefined,
  now: number,
): boolean {
  return bytes !== undefined && before !== undefined && (8000 * (bytes - before)) / (now - at) < trickle;
}
