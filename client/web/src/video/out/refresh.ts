// When a screen is encoded: it mostly stands still.

import { isStill } from "../../frames/frame";
import type { LayerPlan } from "../../transport/control";

const repeats = 4; // of a picture that stands still, each sharper than the one before
const sharp = 500; // bytes: a repetition so small adds nothing
const longest = 5000; // ms that one frame may keep the next one waiting

interface State {
  change: number; // the change that was encoded last
  repeated: number; // times since then
  free: number; // ms, when the line has carried what was encoded
  bitrate: number;
  bytes: number; // of the newest frame
}

/** Decides for each layer of a screen whether the newest picture is to be encoded now. Times are ms. */
export class Refresh {
  #change = 0;
  #of = new Map<number, State>();

  /** A new picture is there. */
  changed(): void {
    this.#change++;
  }

  /** Whether a layer is to take the newest picture; key: it owes a key frame. */
  due(layer: number, key: boolean, now: number): boolean {
    const of = this.#state(layer);
    // Rather one sharp picture in several seconds than many blurred ones: the next waits until the line had time for this one.
    if (now < of.free) return false;
    if (key || of.change !== this.#change) return true;
    return !isStill(layer) && of.repeated < repeats && of.bytes > sharp;
  }

  /** A layer has taken it. */
  took(layer: number, plan: LayerPlan, now: number): void {
    const of = this.#state(layer);
    of.repeated = of.change === this.#change ? of.repeated + 1 : 0;
    of.change = this.#change;
    of.bitrate = plan[1];
    of.free = now + (of.repeated > 0 ? 500 : 50);
  }

  /** A frame came out of its encoder. */
  sent(layer: number, bytes: number, now: number): void {
    const of = this.#of.get(layer);
    if (!of || isStill(layer)) return;
    of.bytes = bytes;
    of.free = Math.max(of.free, now + Math.min(longest, (bytes * 8000) / of.bitrate));
  }

  #state(layer: number): State {
    const of = this.#of.get(layer) ?? { change: -1, repeated: 0, free: 0, bitrate: 1, bytes: 0 };
    this.#of.set(layer, of);
    return of;
  }
}
