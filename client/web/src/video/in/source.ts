// One source of pictures: from frames as they come to pictures when they are due.

import { distance } from "../../codec/frame";
import { type Frame, isScreen, isStill } from "../../frames/frame";
import { Order } from "../../frames/order";
import type { VideoCodec } from "../../transport/control";
import { type MakeDecoder, PictureDecoder } from "./decoder";
import { Playout } from "./playout";

const mostWaiting = 64; // frames that are not due,
const mostBytes = 2 << 20; // and theirs
const pausedAfter = 1500; // ms without a picture,
const pausedIntervals = 3; // or so many of the pictures' intervals;
const stillPausedAfter = 25_000; // ms without a still
const brokenEvery = 250; // ms between looks whether frames wait in vain

/** What a source needs, and whom it tells. */
export interface SourceEvents {
  picture(frame: VideoFrame, layer: number): void; // to be closed
  paused(paused: boolean): void;
  key(layer: number): void; // a key frame is needed; may be said often
  failed(codec: VideoCodec): void; // a decoder
  /** When the sound captured at a time is heard, ms; undefined: it is not known. */
  heard(time: number): number | undefined;
}

/** One source. Its last picture stays for as long as nothing newer can be decoded. Times are ms of one clock. */
export class Source {
  used = 0; // when the last frame came
  private readonly decoder: PictureDecoder;
  private readonly playout = new Playout();
  private waiting: Frame[] = []; // by capture time
  private orders = new Map<number, Order>(); // by layer
  private layer = 0; // that is decoded
  private newest = 0; // layer that came last
  private last: { time: number; ms: number } | undefined; // frame that was decoded last
  private interval = 0; // ms between frames, smoothed
  private pictured = 0; // when the last picture came out
  private isPaused = false;

  constructor(
    make: MakeDecoder,
    private readonly events: SourceEvents,
  ) {
    this.decoder = new PictureDecoder(make, {
      picture: (frame, layer) => this.picture(frame, layer),
      failed: (codec) => this.failed(codec),
    });
  }

  /** Takes a frame that came whole. A tick should follow. */
  push(frame: Frame, now: number): void {
    this.used = now;
    this.newest = frame.layer;
    if (this.pictured === 0) this.pictured = now;
    if (!isStill(frame.layer)) this.playout.add(frame.time, now, this.events.heard(frame.time));
    const later = this.waiting.findIndex((w) => distance(w.time, frame.time) > 0);
    this.waiting.splice(later < 0 ? this.waiting.length : later, 0, frame);
    const bytes = () => this.waiting.reduce((sum, { payload }) => sum + payload.length, 0);
    while (this.waiting.length > mostWaiting || bytes() > mostBytes) this.release(now);
  }

  /** Decodes what is due. Returns when it wants to be called again. */
  tick(now: number): number {
    while (this.waiting.length > 0 && this.due(this.waiting[0]) <= now) this.release(now);
    const broken = this.orders.get(this.newest)?.broken(now) === true;
    if (broken) this.events.key(this.newest);
    if (now - this.pictured > (broken ? pausedAfter : this.patience)) this.pause(true);
    const wait = this.waiting.length > 0 ? this.due(this.waiting[0]) : now + brokenEvery;
    return Math.min(wait, now + brokenEvery);
  }

  /** Nothing of it is sent any more: its last picture stays. */
  stop(): void {
    this.decoder.close();
    this.waiting = [];
    this.orders.clear();
    this.layer = 0;
    this.pause(true);
  }

  /** Ends without a word. */
  close(): void {
    this.decoder.close();
    this.waiting = [];
  }

  /** ms without a picture after which it counts as paused. A screen that does not change sends none. */
  private get patience(): number {
    if (isScreen(this.newest)) return Number.POSITIVE_INFINITY;
    return isStill(this.newest) ? stillPausedAfter : Math.max(pausedAfter, pausedIntervals * this.interval);
  }

  private due(frame: Frame): number {
    return isStill(frame.layer) ? 0 : this.playout.due(frame.time);
  }

  private release(now: number): void {
    const frame = this.waiting.shift();
    if (!frame) return;
    const order = this.orders.get(frame.layer) ?? new Order();
    this.orders.set(frame.layer, order);
    for (const next of order.push(frame, now)) this.decode(next);
  }

  private decode(frame: Frame): void {
    const ms = this.last ? this.last.ms + distance(frame.time, this.last.time) / 48 : 0;
    if (frame.layer !== this.layer) {
      // Old frames of a layer that was left come late: the new one goes on.
      if (!frame.key || (this.last && ms < this.last.ms)) return;
      this.layer = frame.layer;
      for (const layer of this.orders.keys()) if (layer !== frame.layer) this.orders.delete(layer);
      this.interval = 0;
    } else if (this.last && ms > this.last.ms) {
      this.interval += (ms - this.last.ms - this.interval) / (this.interval === 0 ? 1 : 8);
    }
    this.last = { time: frame.time, ms };
    this.decoder.decode(frame, ms);
  }

  private picture(frame: VideoFrame, layer: number): void {
    this.pictured = performance.now();
    this.pause(false);
    this.events.picture(frame, layer);
  }

  private failed(codec: VideoCodec): void {
    this.orders.get(this.layer)?.lose();
    this.events.key(this.layer);
    this.events.failed(codec);
  }

  private pause(paused: boolean): void {
    if (paused === this.isPaused) return;
    this.isPaused = paused;
    this.events.paused(paused);
  }
}
