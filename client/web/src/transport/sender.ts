// Hop 3 of a packet's way: packs frames into datagrams, adds the repair that the plan asks for, learns from feedback.
// The twin of Go's transport/sender.go, without the rate control: the relay commands.

import { duration } from "../codec/opus";
import { Encoder, type Protection, varintLength, Writer } from "../fec";
import { datagramBytes, type Feedback, type Frame, maxDatagram, runsOf, timeGrid, unwrap16, writeEntry } from "./wire";

const remembered = 256; // datagrams whose sending is remembered
const maxAliases = 32;
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
  here: boolean;
  carried: { alias: Alias; sequence: number; time: number }[];
}

/** The sending end of one direction of a line. Times are ms of one clock. */
export class Sender {
  rtt: number | undefined; // ms, smoothed
  readonly totals = { datagrams: 0, bytes: 0, reported: 0, lost: 0 }; // the last two as far as feedback tells

  private readonly encoder = new Encoder();
  private repairing = false;
  private readonly sent: Sent[] = [];
  private readonly aliases = new Map<string, Alias>();
  private lastReport: Feedback | undefined;

  constructor(private next = 0) {}

  /** Sets how the datagrams from now on are protected. */
  protect(p: Protection): void {
    this.encoder.protect(p);
    this.repairing = p.window > 0 || p.repairs > 0 || p.offset > 0;
  }

  /** The next datagram, with these frames, frames of one layer together and in order, and this report. */
  datagram(frames: Frame[], feedback: Feedback | undefined, now: number): Uint8Array<ArrayBuffer> {
    const record: Sent = { hop: this.next, at: now, here: false, carried: [] };
    this.sent[this.next % remembered] = record;
    const source = this.pack(frames, record);
    const hop = this.next & 0xffff;
    // A clean line pays nothing: repair covers what is sent from the first protected datagram on.
    if (this.repairing) this.encoder.source(hop, source);
    const room = maxDatagram - 3 - varintLength(source.length) - source.length;
    const chunks =
      this.repairing && source.length > 0
        ? this.encoder.repairs(room - (feedback ? 8 + feedback.bitmap.length : 0))
        : [];
    const bytes = datagramBytes({ hop, feedback, source, chunks });
    this.next++;
    this.totals.datagrams++;
    this.totals.bytes += bytes.length;
    return bytes;
  }

  /** Takes the other side's report. */
  feedback(f: Feedback, now: number): void {
    const highest = unwrap16(this.next, f.highest);
    if (highest < 0 || highest >= this.next || this.next - highest > remembered) return;
    const newest = this.sent[highest % remembered];
    if (newest?.hop !== highest) return;
    if (f.hold < holdUnknown) this.measure(now - newest.at - f.hold);
    this.confirm(newest);
    for (let i = 0; i < 8 * f.bitmap.length; i++) {
      const hop = highest - 1 - i;
      const record = this.sent[hop % remembered];
      if (f.bitmap[i >> 3] & (1 << (i & 7)) && record?.hop === hop) this.confirm(record);
    }
    if (highest < this.totals.reported) return;
    this.totals.reported = highest + 1;
    this.totals.lost += (f.lost - (this.lastReport?.lost ?? 0)) & 255;
    this.lastReport = f;
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
    for (const run of runsOf(frames, duration)) {
      const alias = this.alias(run[0]);
      if (!alias) continue;
      const last = run[run.length - 1];
      if (record.carried.length < maxCarried) record.carried.push({ alias, sequence: last.sequence, time: last.time });
      writeEntry(w, alias.number, !isShort(alias, run[0]), run);
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
  if (!c || f.time % timeGrid !== 0) return false;
  return (f.sequence - c.sequence) >>> 0 < shortSequences && (f.time - c.time) >>> 0 < shortTime;
}
