// Hop 3 of a packet's way: packs frames into datagrams, adds the repair that the plan asks for, learns from feedback.
// The twin of Go's transport/sender.go, without the rate control: the relay commands.

import { duration } from "../codec/opus";
import { type Chunk, Encoder, type Protection, Writer } from "../fec";
import { Bucket } from "./bucket";
import {
  bareSize,
  datagramBytes,
  type Feedback,
  type Frame,
  maxDatagram,
  overhead,
  runsOf,
  timeGrid,
  unwrap16,
  writeEntry,
} from "./wire";

const remembered = 256; // datagrams whose sending is remembered
const horizon = 64; // datagrams that reports speak of
const maxAliases = 16;
const maxCarried = 3; // entries of a datagram that can be confirmed
const shortSequences = 120;
const shortTime = 115200;
const holdUnknown = 255;

/** An alias, and the newest frame under it that the other end is known to have. */
interface Alias {
  number: number;
  confirmed?: { sequence: number; time: number };
}

interface Sent {
  hop: number;
  at: number; // ms
  here: boolean; // as reported
  told: boolean; // a report spoke of it
  carried: { alias: Alias; sequence: number; time: number }[];
}

/** The sending end of one direction of a line. Times are ms of one clock. */
export class Sender {
  rtt: number | undefined; // ms, smoothed
  readonly totals = {
    datagrams: 0,
    bytes: 0,
    // As far as feedback tells:
    reported: 0,
    lost: 0, // did not arrive by themselves
    missing: 0, // nor by repair, until reports spoke of them no more
  };

  private readonly encoder = new Encoder();
  private plan: Protection = { window: 0, age: 0, gap: 0, rate: 0 };
  private readonly bucket = new Bucket();
  private readonly sent: Sent[] = [];
  private readonly aliases = new Map<string, Alias>();
  private lastReport: Feedback | undefined;

  constructor(private next = 0) {}

  /** Sets how the datagrams from now on are protected. */
  protect(p: Protection): void {
    this.plan = p;
    this.encoder.protect(p);
  }

  /** Whether a datagram without frames is worth sending, because what was said last is not confirmed yet. */
  get owes(): boolean {
    return this.encoder.owes;
  }

  /** The next datagram, with these frames, frames of one layer together and in order, and this report. */
  datagram(frames: Frame[], feedback: Feedback | undefined, now: number): Uint8Array<ArrayBuffer> {
    const record: Sent = { hop: this.next, at: now, here: false, told: false, carried: [] };
    this.sent[this.next % remembered] = record;
    const source = this.pack(frames, record);
    const hop = this.next & 0xffff;
    const chunks = this.plan.window > 0 ? this.repairs(hop, source, feedback, now) : [];
    const bytes = datagramBytes({ hop, prompt: this.plan.prompt ?? false, feedback, source, chunks });
    this.bucket.spend(bytes.length + overhead);
    this.next++;
    this.totals.datagrams++;
    this.totals.bytes += bytes.length;
    return bytes;
  }

  /** What the datagram and the line's rate leave for repair. A clean line has none: it begins with the first protected datagram. */
  private repairs(hop: number, source: Uint8Array, feedback: Feedback | undefined, now: number): Chunk[] {
    this.encoder.source(hop, source);
    const left = this.bucket.fill(this.plan.rate, now) - overhead;
    return this.encoder.repairs(Math.min(maxDatagram, left) - bareSize(source, feedback));
  }

  /** Takes the other side's report. */
  feedback(f: Feedback, now: number): void {
    const highest = unwrap16(this.next, f.highest);
    if (highest < 0 || highest >= this.next || this.next - highest > remembered) return;
    const newest = this.sent[highest % remembered];
    if (newest?.hop !== highest) return;
    if (f.hold < holdUnknown) this.measure(now - newest.at - f.hold);
    this.encoder.report(f.highest, f.bitmap);
    this.confirm(newest);
    for (let i = 0; i < 8 * f.bitmap.length; i++) {
      const record = this.record(highest - 1 - i);
      if (!record) continue;
      record.told = true;
      if (f.bitmap[i >> 3] & (1 << (i & 7))) this.confirm(record);
    }
    if (highest < this.totals.reported) return;
    this.settle(this.totals.reported, highest + 1);
    this.totals.reported = highest + 1;
    this.totals.lost += (f.lost - (this.lastReport?.lost ?? 0)) & 255;
    this.lastReport = f;
  }

  /** Counts what stayed away for good, among what reports speak of no more now that they reach to to instead of from. */
  private settle(from: number, to: number): void {
    for (let hop = Math.max(from - horizon, to - remembered); hop < to - horizon; hop++) {
      const record = this.record(hop);
      if (record?.told && !record.here) this.totals.missing++;
    }
  }

  private record(hop: number): Sent | undefined {
    const record = this.sent[hop % remembered];
    return record?.hop === hop ? record : undefined;
  }

  private measure(rtt: number): void {
    const sample = Math.max(rtt, 0);
    this.rtt = this.rtt === undefined ? sample : this.rtt + (sample - this.rtt) / 8; // RFC 9002 section 5.3
  }

  private confirm(record: Sent): void {
    if (record.here) return;
    record.here = true;
    for (const { alias, sequence, time } of record.carried) {
      const before = alias.confirmed;
      if (!before || (sequence - before.sequence) << 0 > 0) alias.confirmed = { sequence, time };
    }
  }

  private pack(frames: Frame[], record: Sent): Uint8Array {
    const w = new Writer();
    const entries: { alias: Alias; run: Frame[] }[] = [];
    for (const run of runsOf(frames, duration)) {
      const alias = this.alias(run[0]);
      if (alias) entries.push({ alias, run });
    }
    for (const [i, { alias, run }] of entries.entries()) {
      const { sequence, time } = run[run.length - 1];
      if (record.carried.length < maxCarried) record.carried.push({ alias, sequence, time });
      writeEntry(w, alias.number, !isShort(alias, run[0]), i === entries.length - 1, run);
    }
    return w.done();
  }

  /** A page sends two layers of one publication, so an alias is never given to another. */
  private alias(f: Frame): Alias | undefined {
    const key = `${f.publication} ${f.layer}`;
    let alias = this.aliases.get(key);
    if (!alias && this.aliases.size < maxAliases) {
      alias = { number: this.aliases.size };
      this.aliases.set(key, alias);
    }
    return alias;
  }
}

/** Whether the other end is sure to read the short form of f rightly. */
function isShort(alias: Alias, f: Frame): boolean {
  const c = alias.confirmed;
  if (!c || f.time % timeGrid !== 0 || f.time < c.time) return false; // 2³² is no multiple of the grid
  return (f.sequence - c.sequence) >>> 0 < shortSequences && (f.time - c.time) >>> 0 < shortTime;
}
