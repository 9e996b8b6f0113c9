// Hop 3 of a packet's way: keeps media off a line that is dead. The twin of Go's transport/gate.go.

const reportInterval = 200; // ms between the reports that PROTOCOL.md section 4 promises while media flows,
const reportClean = 400; // and while nothing is missing
const beatInterval = 1000; // ms between datagrams when nothing flows

const least = 400; // ms of silence before a line counts as dead
const mistake = 1e-4; // share of silences that may be plain loss
const [minLoss, maxLoss] = [0.01, 0.6]; // what a line is believed to lose
const clean = 0.02; // below this the other side may find nothing missing
const recent = 50; // datagrams that an estimate of loss looks back on
const probeOften = 100; // ms between probes,
const probeOftenFor = 10_000; // for so long,
const probeRarely = 300; // and later
const probeSlack = 10; // ms that timers are late and early

/** What a gate needs to know of its line: round trip in ms, undefined if not measured, and the shares of datagrams lost lately, 0..1. */
export interface GateLine {
  rtt?: number;
  lossUp: number; // of ours
  lossDown: number; // of the other side's
  heard: number; // datagrams of the other side so far
}

/** The loss to reckon with: what a few datagrams tell is believed a little only. */
function doubt({ lossDown, heard }: GateLine): number {
  const n = Math.min(heard, recent);
  return (lossDown * n + 2) / (n + 4);
}

/**
 * What is sent into an outage fills the window and the queue of the browser, which then needs seconds to send again; while the gate is closed
 * only small probes leave. It closes when the other side owes so many datagrams that not even a bad line loses them all, and anything that
 * arrives opens it. Pauses in speech and plain loss do not close it. Times are ms of one clock.
 */
export class Gate {
  private heard: number; // last arrival
  private began = Number.NEGATIVE_INFINITY; // of the run of media that the last belongs to
  private last = Number.NEGATIVE_INFINITY; // media sent
  private counted: number; // until when owed counts
  private owed = 0; // datagrams that the other side promised since heard
  private since: number | undefined; // closed
  private probed = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.heard = this.counted = now;
  }

  /** Whether media must not be sent. */
  get closed(): boolean {
    return this.since !== undefined;
  }

  /** Notes a datagram of the other side, and says whether that opened the gate. */
  arrived(now: number): boolean {
    const opened = this.closed;
    this.heard = this.counted = now;
    this.owed = 0;
    this.since = undefined;
    return opened;
  }

  /** Asks to send media: false while the gate is closed. */
  media(now: number): boolean {
    if (this.closed) return false;
    if (now - this.last > reportInterval) this.began = now;
    this.last = now;
    return true;
  }

  /** Closes the gate if the line seems dead. Call it at least every 200 ms. */
  check(line: GateLine, now: number): void {
    if (this.closed || now - this.heard < least) return;
    this.count(line, now);
    if (this.last <= this.heard || now - this.heard < (line.rtt ?? 0) || this.owed < promises(doubt(line))) return;
    this.since = now;
    this.probed = Number.NEGATIVE_INFINITY;
  }

  /** Whether a closed gate's next probe is due; counts it as sent. */
  probe(now: number): boolean {
    if (this.since === undefined) return false;
    const every = now - this.since > probeOftenFor ? probeRarely : probeOften;
    if (now - this.probed < every - probeSlack) return false;
    this.probed = now;
    return true;
  }

  /** Adds what the other side promised to send since the last count: reports while media flows to it, seen a round trip later, else beats. */
  private count(line: GateLine, now: number): void {
    const rtt = line.rtt ?? 3 * reportInterval;
    const interval = line.lossUp < clean ? reportClean : reportInterval;
    const flows = now >= this.began + rtt && now <= this.last + rtt + interval;
    this.owed += (now - this.counted) / (flows ? interval : beatInterval);
    this.counted = now;
  }
}

/** How many promised datagrams must stay away so that it is no plain loss: 3 on a clean line, 14 at 50 %. */
function promises(loss: number): number {
  const p = Math.min(Math.max(loss, minLoss), maxLoss);
  return Math.ceil(Math.log(mistake) / Math.log(p) - 1e-9);
}

/** The share lost among about the last 50 to 100 datagrams, from running counts. */
export class RecentLoss {
  private last = { lost: 0, of: 0 };
  private lost = 0;
  private of = 0;

  /** Takes the counts of now, and returns the share, 0..1. */
  share(lost: number, of: number): number {
    this.lost += lost - this.last.lost;
    this.of += of - this.last.of;
    this.last = { lost, of };
    if (this.of > 2 * recent) {
      this.lost /= 2;
      this.of /= 2;
    }
    return this.of > 0 ? Math.min(Math.max(this.lost / this.of, 0), 1) : 0;
  }
}
