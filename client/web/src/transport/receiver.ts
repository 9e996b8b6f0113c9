// Hop 10 of a packet's way: parses datagrams, recovers lost ones, makes the reports for the other side. The twin of Go's
// transport/receiver.go.

import { duration } from "../codec/opus";
import { Decoder } from "../fec";
import { Reports } from "./reports";
import {
  type Datagram,
  type Entry,
  type Feedback,
  type Frame,
  parseDatagram,
  parseEntries,
  timeGrid,
  unwrap8,
  unwrap16,
} from "./wire";

const history = 1024; // hop sequences that are remembered
const outage = 1000; // ms of silence whose losses tell nothing of the line while it is there
const reorder = 16; // later ones that arrive before a missing one counts as lost
const mostLate = 1500; // ms after which a short form's eight bits could mean two things,
const shortJump = 48_000; // as behind a jump of the capture time by 1 s, or its wrap

/** What one datagram brought: first the frames of older ones that it recovered. */
export interface Received {
  frames: Frame[];
  feedback?: Feedback;
}

/** The receiving end of one direction of a line. Times are ms of one clock. */
export class Receiver {
  readonly totals = {
    datagrams: 0, // that arrived and were well formed,
    bytes: 0, // and theirs
    expected: 0, // highest hop sequence and 1
    lost: 0, // datagrams that did not arrive by themselves
    runs: 0,
    recovered: 0,
    dropped: 0, // malformed, duplicate, too old
    unresolved: 0, // entries whose alias was not known
  };

  private highest = -1;
  private arrival = 0; // of highest
  private readonly arrived = new Uint8Array(history); // 1: by itself
  private readonly here = new Uint8Array(history); // 1: arrived or recovered
  private readonly passed: Float64Array; // when a sequence or a later one first arrived
  private readonly decoder = new Decoder((seq, block) => this.recovered(seq, block));
  private readonly bindings: (Binding | undefined)[] = [];
  private out: Frame[] = []; // of the datagram in work,
  private now = 0; // and when it came
  private readonly reports = new Reports();

  /** epoch is the zero of the reports' clock. */
  constructor(private readonly epoch: number) {
    this.passed = new Float64Array(history).fill(epoch);
  }

  /** Takes one datagram and keeps its bytes; undefined if it was dropped. */
  receive(bytes: Uint8Array, now: number): Received | undefined {
    this.now = now;
    const d = parseDatagram(bytes);
    const hop = d && parseEntries(d.source).whole ? this.admit(d.hop) : undefined;
    if (!d || hop === undefined) {
      this.totals.dropped++;
      return undefined;
    }
    this.totals.datagrams++;
    this.totals.bytes += bytes.length;
    this.reports.note(d, hop, now);
    this.out = [];
    this.decode(d, hop);
    return { frames: this.out, feedback: d.feedback };
  }

  /** Whether the other side asks for a report on every datagram. */
  get prompt(): boolean {
    return this.reports.prompt;
  }

  /** The report that is due, if one is. onOther: a datagram leaves anyway. */
  report(now: number, onOther: boolean): Feedback | undefined {
    return this.reports.due(now, onOther, this.complete()) ? this.beat(now) : undefined;
  }

  /** A report whether or not it is due; undefined if nothing ever came. */
  beat(now: number): Feedback | undefined {
    if (this.highest < 0) return undefined;
    this.reports.made(now);
    return {
      highest: this.highest & 0xffff,
      arrival: Math.floor((this.arrival - this.epoch) * 4) & 0xffff,
      hold: Math.min(Math.floor(now - this.arrival), 255),
      lost: this.totals.lost & 255,
      runs: this.totals.runs & 255,
      bitmap: this.bitmap(),
    };
  }

  /** Places a hop sequence among those before; undefined if it came before or is too old. */
  private admit(seq: number): number | undefined {
    const hop = this.highest < 0 ? seq : unwrap16(this.highest, seq);
    if (this.highest < 0 || hop > this.highest) {
      if (this.highest >= 0) this.advance(hop);
      this.passed[hop % history] = this.now;
      this.highest = hop;
      this.arrival = this.now;
      this.totals.expected = hop + 1;
    } else if (hop < 0 || this.highest - hop >= history || this.arrived[hop % history]) {
      return undefined;
    }
    this.arrived[hop % history] = this.here[hop % history] = 1;
    return hop;
  }

  private advance(to: number): void {
    const from = this.highest;
    this.settle(from, Math.min(to, from + reorder));
    for (let s = Math.max(from, to - history) + 1; s <= to; s++) {
      this.arrived[s % history] = this.here[s % history] = 0;
      this.passed[s % history] = this.now;
    }
    const beyond = to - reorder - from; // of a gap so wide that even its newest part counts as lost
    if (this.now - this.arrival > outage) {
      // Not to be counted: the line was gone, so nothing of it comes late.
      for (let s = Math.max(from + 1, to - reorder); s < to; s++) this.arrived[s % history] = 1;
    } else if (beyond > 0) {
      this.totals.lost += beyond;
      this.totals.runs++;
    }
  }

  /** Counts the losses among the sequences that leave the reordering window while the highest goes from from to to. */
  private settle(from: number, to: number): void {
    for (let s = Math.max(from - reorder + 1, 0); s <= to - reorder; s++) {
      if (this.arrived[s % history]) continue;
      this.totals.lost++;
      if (s === 0 || this.arrived[(s - 1) % history]) this.totals.runs++;
    }
  }

  private decode(d: Datagram, hop: number): void {
    this.decoder.source(d.hop, d.source);
    for (const c of d.chunks) this.decoder.repair(d.hop, c);
    this.unpack(d.source, hop);
  }

  private recovered(seq: number, block: Uint8Array): void {
    const hop = unwrap16(this.highest, seq);
    if (hop < 0 || this.here[hop % history]) return;
    this.here[hop % history] = 1;
    this.totals.recovered++;
    this.unpack(block, hop);
  }

  private unpack(block: Uint8Array, hop: number): void {
    for (const e of parseEntries(block).entries) {
      const frame = this.resolve(e, hop);
      if (!frame) this.totals.unresolved++;
      else this.give(e, frame);
    }
  }

  /** Hands out the frames of an entry that begins with first. */
  private give(e: Entry, first: Omit<Frame, "level" | "payload">): void {
    let { sequence, time } = first;
    for (const { level, payload } of e.frames) {
      this.out.push({ ...first, sequence, time, level, payload });
      const samples = duration(payload);
      if (samples === 0) return; // nobody can tell when the next frame was captured
      sequence = (sequence + 1) >>> 0;
      time = (time + samples) >>> 0;
    }
  }

  private resolve(e: Entry, hop: number): Omit<Frame, "level" | "payload"> | undefined {
    const { publication, layer, sequence, time } = e;
    const b = this.bindings[e.alias];
    if (e.full) {
      const same = b && b.publication === publication && b.layer === layer;
      if (same && (sequence - b.sequence) << 0 <= 0) {
        if (b.time >= time && b.time - time < shortJump) b.since = Math.min(b.since, hop);
      } else if (same && time >= b.time) {
        advance(b, sequence, time, hop);
      } else if (!b || hop > b.since) {
        this.bindings[e.alias] = { publication, layer, since: hop, sequence, time };
      }
      return { publication, layer, sequence, time };
    }
    if (!b || hop < b.since || this.now - this.passed[hop % history] > mostLate) return undefined;
    const full = {
      publication: b.publication,
      layer: b.layer,
      sequence: unwrap8(b.sequence, sequence),
      time: Math.imul(unwrap8(Math.floor(b.time / timeGrid), time), timeGrid) >>> 0,
    };
    advance(b, full.sequence, full.time, hop);
    return full;
  }

  /** Whether all of the last 64 datagrams are here. */
  private complete(): boolean {
    for (let i = 1; i <= Math.min(this.highest, 64); i++) if (!this.here[(this.highest - i) % history]) return false;
    return true;
  }

  /** What is here below the highest: four bytes on a clean line, eight where something is missing. */
  private bitmap(): Uint8Array {
    const known = Math.min(this.highest, 64);
    const bits = new Uint8Array(8);
    let count = 0;
    for (let i = 0; i < known; i++) {
      const bit = this.here[(this.highest - 1 - i) % history];
      bits[i >> 3] |= bit << (i & 7);
      count += bit;
    }
    return bits.slice(0, Math.min(count < known ? 8 : 4, (known + 7) >> 3));
  }
}

/** What an alias of the other side names. */
interface Binding {
  publication: number;
  layer: number;
  since: number; // hop sequence of the oldest full form that bound it so
  sequence: number; // highest,
  time: number; // and its
}

function advance(b: Binding, sequence: number, time: number, hop: number): void {
  if ((sequence - b.sequence) << 0 <= 0) return;
  if ((time - b.time) >>> 0 >= shortJump) b.since = hop;
  b.sequence = sequence;
  b.time = time;
}
