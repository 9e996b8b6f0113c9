// Hop 11: one voice's packets in the order of their capture times, and what its ring gets next. Pure.

import { DelayEstimator, mostTarget } from "./delay";
import { distance, HI, LO, type ReceivedFrame } from "./frame";
import { duration } from "./opus";

const low = 28; // ms in the ring at which it gets something, real or not: a report's interval, a decoder's time, a margin
const eager = 300; // ms up to which the ring takes what is there; more waits undecoded
const longestConcealment = 120; // ms; after that the decoder only hums
const patience = 20; // ms of concealment beyond a hole, in the hope that the missing packet comes
const backlog = mostTarget + 200; // ms; older sound is dropped
const flood = 300; // ms of lateness from which more is expected to come in the same moment
const jumped = 5000; // ms by which a clock has to be wrong to have been set anew
const silence = 20; // ms

/** What the ring gets next: a packet, `samples` of concealment like the packet before, or of silence. */
export type Step =
  | { kind: "decode"; frame: ReceivedFrame; samples: number }
  | { kind: "conceal"; last: ReceivedFrame; samples: number; before: number } // before: ms concealed already
  | { kind: "silence"; samples: number };

export type Outcome = "kept" | "late" | "duplicate" | "refused";

interface Packet {
  frame: ReceivedFrame;
  samples: number;
  begins: boolean; // follows a silence, not a loss
}

/**
 * Holds packets until they are due. Sound that follows without a gap goes to the ring at once, so the ring holds the
 * delay; at a hole the ring runs down to `low`, then concealment fills it until the next packet is due or the missing
 * one is there. If nothing comes at all, time waits: a late packet is played late, and the delay is reduced by playing faster.
 */
export class JitterBuffer {
  #delays: DelayEstimator;
  #packets: Packet[] = []; // by time
  #newest: Packet | undefined;
  #last: Packet | undefined; // the last decoded
  #next = 0; // u32 capture time that follows it
  #playing = false; // the ring's end is sound that #next continues
  #concealed = 0; // ms since #last
  #late = 0; // ms, smoothed
  #rate = 1;
  #dropped = 0;

  /** @param target ms to begin with: what other voices on the same line need. */
  constructor(target?: number) {
    this.#delays = new DelayEstimator(target);
  }

  /** ms that are held back beyond the fastest packet's way. */
  get target(): number {
    return this.#delays.target;
  }

  /** ms that are held back now beyond the fastest packet's way; the target while nothing plays. */
  get delay(): number {
    return this.#playing ? this.target + this.#late : this.target;
  }

  /** True while the sound goes on: from the first packet decoded to the end of concealment. */
  get playing(): boolean {
    return this.#playing;
  }

  /** Packets that were dropped because 1.4 s of sound waited already. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a packet that came at `arrival`, ms. */
  push(frame: ReceivedFrame, arrival: number): Outcome {
    const samples = duration(frame.payload);
    if (samples === 0 || (frame.layer !== LO && frame.layer !== HI)) return "refused";
    if (this.#clockJumped(frame.time, arrival)) this.#reset();
    const at = this.#place(frame.time);
    if (this.#packets[at - 1]?.frame.time === frame.time) return "duplicate";
    const packet = { frame, samples, begins: this.#begins(frame) };
    this.#delays.add(frame.time, arrival, packet.begins);
    if (!this.#newest || distance(frame.time, this.#newest.frame.time) > 0) this.#newest = packet;
    if (this.#last && distance(frame.time, this.#next) < 0) return "late";
    this.#packets.splice(at, 0, packet);
    return "kept";
  }

  /**
   * What the ring gets now, if anything; ask again with the ring's new content. Call it when a packet came, and about
   * every 10 ms while the ring plays.
   * @param ring ms of sound in it.
   * @param came a packet came just now: others may come in the same moment, so nothing is made up yet.
   */
  next(now: number, ring: number, came: boolean): Step | undefined {
    this.#trim(ring);
    const first = this.#packets[0];
    if (first && this.#playing && first.frame.time === this.#next) return ring < eager ? this.#decode() : undefined;
    if (ring >= low) return undefined;
    if (!first) return came ? undefined : this.#starve();
    const early = this.#delays.due(first.frame.time) - now - ring;
    if (!this.#playing || this.#follows(first)) return this.#await(early, came);
    if (this.#covered(first, early)) return this.#decode();
    return came ? undefined : (this.#starve() ?? this.#await(early, came));
  }

  /** The speed at which the ring should be played now; call it about every 10 ms while sound plays. */
  rate(now: number, ring: number): number {
    if (!this.#playing) {
      this.#late = 0;
      this.#rate = 1;
      return 1;
    }
    this.#late += (now + ring - this.#delays.due(this.#next) - this.#late) * 0.1;
    const off = Math.abs(this.#late);
    if (off < (this.#rate === 1 ? 20 : 5)) this.#rate = 1;
    else if (this.#late < 0) this.#rate = 1 - clamp(off / 200);
    else this.#rate = ring > low + 30 ? 1 + clamp(off / 400) : 1; // what does not lie here cannot be played sooner
    return this.#rate;
  }

  #decode(): Step {
    const packet = this.#packets.shift() as Packet;
    this.#last = packet;
    this.#next = (packet.frame.time + packet.samples) >>> 0;
    this.#playing = true;
    this.#concealed = 0;
    return { kind: "decode", frame: packet.frame, samples: packet.samples };
  }

  /** The next packet is not here: go on with what the decoder makes up, for a while. */
  #starve(): Step | undefined {
    if (!this.#playing || !this.#last || this.#concealed >= longestConcealment) {
      this.#playing = false;
      return undefined;
    }
    const { frame, samples } = this.#last;
    const before = this.#concealed;
    this.#concealed += samples / 48;
    return { kind: "conceal", last: frame, samples, before };
  }

  /** Nothing is missing before the first packet: silence until it is due. @param early ms until then. */
  #await(early: number, came: boolean): Step {
    const flooded = came && !this.#playing && early < -flood; // let it all come, the oldest may be too old
    if (early <= 0 && !flooded) return this.#decode();
    this.#playing = false;
    return { kind: "silence", samples: flooded ? silence * 48 : Math.ceil(Math.min(Math.max(early, 1), silence) * 48) };
  }

  /** Whether the hole before the first packet was concealed long enough. */
  #covered(first: Packet, early: number): boolean {
    const hole = distance(first.frame.time, this.#next) / 48;
    return this.#concealed >= Math.min(hole, patience) && (early <= 0 || this.#concealed >= hole + patience);
  }

  /** Whether the packet is the very next one of its layer: then a gap in time was silence. */
  #follows(packet: Packet): boolean {
    const last = this.#last?.frame;
    return (
      last !== undefined && last.layer === packet.frame.layer && packet.frame.sequence === (last.sequence + 1) >>> 0
    );
  }

  #begins(frame: ReceivedFrame): boolean {
    const newest = this.#newest;
    if (!newest) return true;
    const gap = distance(frame.time, newest.frame.time) - newest.samples;
    const next = newest.frame.layer === frame.layer && frame.sequence === (newest.frame.sequence + 1) >>> 0;
    return gap > 0 && (next || gap > longestConcealment * 48);
  }

  #place(time: number): number {
    let at = this.#packets.length;
    while (at > 0 && distance(this.#packets[at - 1].frame.time, time) > 0) at--;
    return at;
  }

  #trim(ring: number): void {
    for (;;) {
      const first = this.#packets[0];
      const last = this.#packets.at(-1);
      if (!first || !last || ring + distance(last.frame.time, first.frame.time) / 48 <= backlog) return;
      this.#packets.shift();
      this.#dropped++;
    }
  }

  #clockJumped(time: number, arrival: number): boolean {
    if (!this.#newest) return false;
    const ahead = this.#delays.due(time) - this.target - arrival;
    return ahead > jumped || (this.#last !== undefined && distance(this.#next, time) > jumped * 48);
  }

  #reset(): void {
    this.#delays = new DelayEstimator(this.target);
    this.#packets = [];
    this.#newest = undefined;
    this.#last = undefined;
    this.#playing = false;
  }
}

function clamp(change: number): number {
  return Math.round(Math.min(0.25, Math.max(0.05, change)) * 20) / 20;
}
