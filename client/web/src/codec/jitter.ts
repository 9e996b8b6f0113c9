// Hop 11: one voice's packets in the order of their capture times, and what its ring gets next. Pure.

import { DelayEstimator, lead, mostTarget } from "./delay";
import { distance, GRID, HI, LO, type ReceivedFrame } from "./frame";
import { duration } from "./opus";

const eager = 300; // ms up to which the ring takes what is there; more waits undecoded
const longestConcealment = 120; // ms; after that the decoder only hums
const farewell = 20; // ms of concealment after a frame without voice: what follows is silence, most likely
const patience = 20; // ms of concealment beyond a hole, in the hope that the missing packet comes
const close = 5; // ms: what is due so soon is not worth another 20 ms of concealment
const backlog = mostTarget + 200; // ms; older sound is dropped
const flood = 300; // ms of lateness from which more is expected to come in the same moment
const jumped = 5000; // ms by which a clock has to be wrong to have been set anew
const silence = 20; // ms
const remembered = 64; // packets that are known when they come again
const longestHole = 1000; // ms; a longer one is no loss, the relay did not forward the voice
const settling = 100; // ms over which lateness is smoothed

/** What the ring gets next: a packet, `samples` of concealment like the packet before, or of silence. */
export type Step =
  | { kind: "decode"; frame: ReceivedFrame; samples: number; skip: number; missing: number } // skip: samples at its beginning that were played already; missing: ms lost before it
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
 * delay; at a hole the ring runs down to `lead`, then concealment fills it until the next packet is due or the missing
 * one is there. If nothing comes at all, time waits: a late packet is played late, and the delay is reduced by playing faster.
 */
export class JitterBuffer {
  #delays: DelayEstimator;
  #budget: number;
  #packets: Packet[] = []; // by time
  #newest: Packet | undefined;
  #last: Packet | undefined; // the last decoded
  #heard: number[] = []; // the times of those decoded last
  #next = 0; // u32 capture time that follows it
  #playing = false; // the ring's end is sound that #next continues
  #concealed = 0; // ms since #last
  #late = 0; // ms, smoothed
  #looked = 0; // when
  #rate = 1;
  #dropped = 0;

  /** @param target ms to begin with: what other voices on the same line need. @param budget as in the setter. */
  constructor(target?: number, budget = 0) {
    this.#budget = budget;
    this.#delays = new DelayEstimator(target, budget);
  }

  /** The relay's delay budget, ms: a packet that is later than this after its capture, the fastest one's way not counted, is missing. 0: as little as goes. */
  set budget(ms: number) {
    this.#budget = ms;
    this.#delays.budget = ms;
  }

  /** ms that are held back beyond the fastest packet's way. */
  get target(): number {
    return this.#delays.target;
  }

  /** ms that are held back now beyond the fastest packet's way; the target while nothing plays. */
  get delay(): number {
    return this.#playing ? this.target + this.#late : this.target;
  }

  /** A capture time, and when the sound of then is heard, ms of the arrivals' clock. While it plays. */
  get heard(): [time: number, at: number] {
    return [this.#next, this.#delays.due(this.#next) + this.#late];
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
    if (this.#played(packet) && this.#heard.includes(frame.time)) return "duplicate";
    this.#delays.add(frame.time, arrival, samples / 48, packet.begins);
    if (!this.#newest || distance(frame.time, this.#newest.frame.time) > 0) this.#newest = packet;
    if (this.#played(packet)) return "late";
    this.#packets.splice(at, 0, packet);
    return "kept";
  }

  /**
   * What the ring gets now, if anything; ask again with the ring's new content, and when a packet came, and after `wait`.
   * @param ring ms of sound in it.
   * @param came a packet came just now: others may come in the same moment, so nothing is made up yet.
   */
  next(now: number, ring: number, came: boolean): Step | undefined {
    this.#trim(ring);
    const first = this.#packets[0];
    if (first && this.#playing && distance(first.frame.time, this.#next) <= 0) {
      return ring < eager ? this.#decode() : undefined;
    }
    if (ring >= lead) return undefined;
    if (!first) return came ? undefined : this.#starve();
    const early = this.#delays.due(first.frame.time) - now - ring;
    if (!this.#playing || this.#follows(first)) return this.#await(early, came);
    if (this.#covered(first, early)) return this.#decode();
    return came ? undefined : (this.#starve() ?? this.#await(early, came));
  }

  /** ms after which next() has something to say even if nothing comes; undefined: only when a packet comes. */
  wait(ring: number): number | undefined {
    return this.#playing || this.#packets.length > 0 ? Math.max(1, ring - lead + 0.5) : undefined;
  }

  /** The speed at which the ring should be played now; call it after next(). */
  rate(now: number, ring: number): number {
    const elapsed = now - this.#looked;
    this.#looked = now;
    if (!this.#playing) {
      this.#late = 0;
      this.#rate = 1;
      return 1;
    }
    const late = now + ring - this.#delays.due(this.#next) - this.#made;
    this.#late += (late - this.#late) * Math.min(1, elapsed / settling);
    if (this.#late < 0) {
      const far = -this.#late > (this.#rate < 1 ? 1 : 5);
      this.#rate = far ? 1 - clamp(-this.#late / 300) : 1;
    } else {
      const far = this.#late > (this.#rate > 1 ? 4 : 15);
      this.#rate = far && ring > lead + 30 ? 1 + clamp(this.#late / 400) : 1; // what does not lie here cannot be played sooner
    }
    return this.#rate;
  }

  /** ms of the concealment in the ring that stand for packets which will not be played: sound, not lateness. */
  get #made(): number {
    const first = this.#packets[0];
    return first ? Math.min(this.#concealed, distance(first.frame.time, this.#next) / 48) : 0;
  }

  #decode(): Step {
    const packet = this.#packets.shift() as Packet;
    const { frame } = packet;
    const skip = this.#last ? Math.max(0, distance(this.#next, frame.time)) : 0;
    const missing = this.#missing(frame);
    this.#last = packet;
    this.#heard.push(frame.time);
    if (this.#heard.length > remembered) this.#heard.shift();
    this.#next = (frame.time + packet.samples) >>> 0;
    this.#playing = true;
    this.#concealed = 0;
    return { kind: "decode", frame, samples: packet.samples - skip, skip, missing };
  }

  /** ms that were lost before a frame: sequences tell it from silence, and voice activity where the layer changed. */
  #missing(frame: ReceivedFrame): number {
    const last = this.#last;
    if (!last) return 0;
    const hole = distance(frame.time, this.#next) / 48;
    if (hole <= 0 || hole > longestHole) return 0;
    if (last.frame.layer !== frame.layer) return speaks(last.frame) ? hole : 0;
    return Math.min(hole, (Math.max(0, distance(frame.sequence, last.frame.sequence) - 1) * last.samples) / 48);
  }

  /** The next packet is not here: go on with what the decoder makes up, for a while. */
  #starve(): Step | undefined {
    const longest = this.#last && speaks(this.#last.frame) ? longestConcealment : farewell;
    if (!this.#playing || !this.#last || this.#concealed >= longest) {
      this.#playing = false;
      return undefined;
    }
    const before = this.#concealed;
    this.#concealed += GRID / 48;
    return { kind: "conceal", last: this.#last.frame, samples: GRID, before };
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
    return this.#concealed >= Math.min(hole, patience) && (early <= close || this.#concealed >= hole + patience);
  }

  /** Whether the packet is the very next one of its layer: then a gap in time was silence. */
  #follows(packet: Packet): boolean {
    const last = this.#last?.frame;
    return (
      last !== undefined && last.layer === packet.frame.layer && packet.frame.sequence === (last.sequence + 1) >>> 0
    );
  }

  /** Whether all of a packet lies before what comes next. */
  #played(packet: Packet): boolean {
    return this.#last !== undefined && distance((packet.frame.time + packet.samples) >>> 0, this.#next) <= 0;
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

  /** Drops what was played meanwhile, and what is so old that the rest would be late for good. */
  #trim(ring: number): void {
    while (this.#packets.length > 0 && this.#played(this.#packets[0])) this.#packets.shift(); // the other layer's
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
    this.#delays = new DelayEstimator(this.target, this.#budget);
    this.#packets = [];
    this.#newest = undefined;
    this.#last = undefined;
    this.#heard = [];
    this.#playing = false;
  }
}

/** Whether there is voice in the frame (RFC 6464). */
export function speaks(frame: ReceivedFrame): boolean {
  return (frame.level & 128) !== 0;
}

function clamp(change: number): number {
  return Math.round(Math.min(0.25, Math.max(0.05, change)) * 20) / 20;
}
