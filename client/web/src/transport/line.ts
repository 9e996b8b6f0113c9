// Hops 3 and 10 of a packet's way: one end of a line, a Sender and a Receiver over one path. The twin of Go's transport/line.go.

import { Gate, type GateLine, RecentLoss } from "./gate";
import { Receiver } from "./receiver";
import { Sender } from "./sender";
import { type Probe, Trial } from "./trial";
import { type Feedback, type Frame, overhead } from "./wire";

const beatEvery = 1000; // ms that a side is silent at most,
const quietAfter = 1200; // but when the other side has been silent for so long,
const knockEvery = 200; // it is asked as often as this, by an empty datagram, which makes it answer
const askEvery = 5000; // ms after which a side that sends no media knocks too, to learn its round trip and its loss
const longestPace = 150; // ms
const tailEvery = 55; // ms between datagrams that carry nothing but repair, after a voice fell silent
const revivedAfter = 1500; // ms of silence whose end is answered at once
const hushAfter = 20_000; // ms without media either way, after which a line is quiet;
const hushBeat = 6000; // ms: then this is how long a side is silent at most,
const hushSlack = 5000; // and so much longer the other one may be
const mostWait = 100; // ms that a frame waits for the browser to take datagrams; later it is worth nothing

/** Where datagrams go. */
export interface Path {
  readonly ready: boolean; // whether the browser takes a datagram now without queueing it
  send(datagram: Uint8Array<ArrayBuffer>): void;
}

/** The state of a line over the last seconds. Rates in kbit/s of IP packets, shares in 0..1, rtt in ms. */
export interface LineState {
  rtt?: number;
  lossDown: number;
  lossUp: number;
  recoveredDown: number; // share of what was lost on the way down that came back by repair
  kbpsDown: number;
  kbpsUp: number;
  recoveredUp?: number; // share of what was lost on the way up that the relay got back by repair; undefined: it did not say
  delay?: number; // ms that playout holds sound back
  transport?: "webtransport" | "websocket"; // what the line runs on now
  silentFor?: number; // s since the last datagram from the relay
  counts?: Counts; // for measurements
}

/** Running counts: ms of sound that was played, and that was not there when it was due; frames of this line, and those that were not sent, see Line. */
export interface Counts {
  sound: number;
  absent: number;
  offered: number;
  unsent: number;
  gated: number;
}

/** One end of a hop. Times are ms of one clock. Call tick at least every 50 ms. */
export class Line {
  readonly sender = new Sender();
  readonly receiver: Receiver;
  offered = 0; // frames
  unsent = 0; // frames that waited too long
  gated = 0; // frames that were dropped because the line seemed dead

  private readonly gate: Gate;
  private readonly lossUp = new RecentLoss();
  private readonly lossDown = new RecentLoss();
  private heard: number;
  private said = Number.NEGATIVE_INFINITY;
  private spoke = Number.NEGATIVE_INFINITY; // when the last datagram with media left
  private pace = 0; // ms between those, smoothed
  private asked: number; // when the last datagram left that is reported on
  private trial: Trial | undefined; // under way
  private agreed = false; // the relay knows of quiet lines
  private media: number; // when any last left or came
  private waiting: { frames: Frame[]; since: number }[] = []; // one datagram each

  constructor(
    private readonly path: Path,
    now: number,
  ) {
    this.receiver = new Receiver(now);
    this.gate = new Gate(now);
    this.heard = now;
    this.asked = now;
    this.media = now;
  }

  /** The relay knows of quiet lines, too. */
  agree(): void {
    this.agreed = true;
  }

  /** ms for which the relay may be silent beyond a beat, because nobody speaks on this line. */
  allowance(now: number): number {
    return this.agreed && now - this.media > hushAfter ? hushSlack : 0;
  }

  /** Media: what a quiet line did not say until now is no silence. */
  private stir(now: number): void {
    if (this.allowance(now) > 0) {
      this.heard = now;
      if (!this.gate.closed) this.gate.arrived(now);
    }
    this.media = now;
  }

  /** Takes a datagram that came, keeps its bytes, and returns its frames. */
  receive(bytes: Uint8Array, now: number): Frame[] {
    const revived = this.gate.arrived(now) || now - this.heard - this.allowance(now) > revivedAfter;
    this.heard = now;
    const received = this.receiver.receive(bytes, now);
    if (received?.frames.length) this.stir(now);
    if (received?.feedback) this.sender.feedback(received.feedback, now);
    if (this.path.ready) {
      const prompt = this.receiver.prompt ? this.receiver.report(now, false) : undefined;
      const report = prompt ?? (revived ? this.receiver.beat(now) : undefined); // the other side waits for a sign of life
      if (report) this.transmit([], report, now);
    }
    return received?.frames ?? [];
  }

  /** Sends frames in one datagram, at once or as soon as the path takes it. On a line that seems dead they are dropped and counted. */
  send(frames: Frame[], now: number): void {
    this.offered += frames.length;
    this.stir(now);
    if (!this.gate.media(now)) {
      this.gated += frames.length;
      return;
    }
    this.waiting.push({ frames, since: now });
    this.flush(now);
  }

  /** Sends what waits. Call it when the path is ready again. */
  flush(now: number): void {
    while (this.waiting.length > 0 && now - this.waiting[0].since > mostWait) {
      this.unsent += this.waiting.shift()?.frames.length ?? 0;
    }
    while (this.path.ready) {
      const next = this.waiting.shift();
      if (!next) return;
      this.transmit(next.frames, this.receiver.report(now, true), now);
    }
  }

  /** Sends what is no datagram of the hop, where voice leaves room for it; false: not now. */
  aside(bytes: Uint8Array<ArrayBuffer>): boolean {
    const free = this.path.ready && !this.gate.closed && this.waiting.length === 0;
    if (free) this.path.send(bytes);
    return free;
  }

  /** Sends what a trial of the uplink asks for, with the next ticks. */
  probe(asked: Probe, now: number): void {
    this.trial ??= new Trial(asked, now);
    this.try(now);
  }

  private try(now: number): void {
    for (const datagram of this.trial?.due(now) ?? []) if (this.path.ready) this.path.send(datagram);
    if (this.trial?.over) this.trial = undefined;
  }

  /** Sends a datagram without frames if a report or a beat is due, or a probe on a line that seems dead. */
  tick(now: number): void {
    this.gate.check(this.quality(), now);
    this.try(now);
    this.flush(now);
    if (!this.path.ready) return;
    if (this.gate.closed) {
      if (this.gate.probe(now)) this.transmit([], undefined, now);
      return;
    }
    const hush = this.allowance(now);
    const quiet = now - this.heard - hush > quietAfter;
    const ask = now - this.asked >= askEvery;
    const report = ask ? undefined : this.receiver.report(now, false);
    const tail = this.sender.owes && now - this.said >= Math.max(tailEvery, 1.5 * this.pace);
    if (!report && !ask && !tail && now - this.said < (quiet ? knockEvery : hush > 0 ? hushBeat : beatEvery)) return;
    this.transmit([], report ?? (quiet || ask || tail ? undefined : this.receiver.beat(now)), now);
  }

  private quality(): GateLine {
    const { sender, receiver } = this;
    const lossUp = this.lossUp.share(sender.totals.lost, sender.totals.reported);
    const lossDown = this.lossDown.share(receiver.totals.lost, receiver.totals.expected);
    return { rtt: sender.rtt, lossUp, lossDown, heard: receiver.totals.datagrams };
  }

  /** Measures the time between datagrams with media; a pause is not a pace. */
  private paced(now: number): void {
    const gap = now - this.spoke;
    if (gap > 0 && gap <= longestPace) this.pace += (gap - this.pace) / (this.pace === 0 ? 1 : 16);
    this.spoke = now;
  }

  private transmit(frames: Frame[], feedback: Feedback | undefined, now: number): void {
    this.said = now;
    if (frames.length > 0 || !feedback) this.asked = now;
    if (frames.length > 0) this.paced(now);
    this.path.send(this.sender.datagram(frames, feedback, now));
  }
}

interface Sample {
  at: number;
  up: Sender["totals"];
  down: Receiver["totals"];
}

/** Turns the running counts of one line into its state. */
export class LineMeter {
  private samples: Sample[] = [];

  constructor(private readonly line: Line) {}

  /** Takes the counts now, once a second, and returns the state over the last three. */
  sample(now: number): LineState {
    const { sender, receiver } = this.line;
    const latest = { at: now, up: { ...sender.totals }, down: { ...receiver.totals } };
    this.samples = [...this.samples.slice(-4), latest];
    const first = this.samples.at(-4) ?? this.samples[0];
    const { up, down } = latest;
    const seconds = Math.max(now - first.at, 1) / 1000;
    const kbps = (bytes: number, datagrams: number) => (8 * (bytes + overhead * datagrams)) / 1000 / seconds;
    return {
      rtt: sender.rtt,
      lossDown: share(down.lost - first.down.lost, down.expected - first.down.expected),
      lossUp: share(up.lost - first.up.lost, up.reported - first.up.reported),
      recoveredDown: share(down.recovered - first.down.recovered, down.lost - first.down.lost),
      recoveredUp: this.recoveredUp(up),
      kbpsDown: kbps(down.bytes - first.down.bytes, down.datagrams - first.down.datagrams),
      kbpsUp: kbps(up.bytes - first.up.bytes, up.datagrams - first.up.datagrams),
    };
  }

  /** What is missing for good is known about a second after it was lost, so the losses of a second earlier are what it is compared with. */
  private recoveredUp(up: Sender["totals"]): number | undefined {
    if (this.samples.length < 5) return undefined;
    const [before, then] = [this.samples[0].up, this.samples[1].up];
    const lost = (this.samples.at(-2) as Sample).up.lost - before.lost;
    return lost > 0 ? 1 - share(up.missing - then.missing, lost) : undefined;
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(Math.max(part / whole, 0), 1) : 0;
}
