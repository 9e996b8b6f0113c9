// Hop 3 of a packet's way: what a line's rate leaves to send. The twin of Go's transport/bucket.go.

import { maxDatagram } from "./wire";

const depth = 240; // ms of the rate that may be saved up, for the moment when much is missing

/** Counts bytes. Times are ms of one clock. */
export class Bucket {
  private bytes = 0;
  private at = -1e9;

  /** Adds what came free since the last call, at a rate in bit/s, and returns the whole bytes that are there; below 0: in debt. */
  fill(rate: number, now: number): number {
    const perSecond = rate / 8;
    this.bytes = Math.min(this.bytes + perSecond * ((now - this.at) / 1000), perSecond * (depth / 1000));
    this.at = now;
    return Math.trunc(this.bytes);
  }

  /** Takes what was sent. Media goes out whatever the rate; what is more than that is paid back by repair. */
  spend(bytes: number): void {
    this.bytes = Math.max(this.bytes - bytes, -maxDatagram);
  }
}
