// Hop 3 of a packet's way, first step: the layers of one stretch of sound, which leave their encoders one after another, share a
// datagram, and so do as many stretches as the send plan says.

import type { VoiceFrame } from "../codec";

const patience = 10; // ms that a frame waits for its other layer
const lateness = 15; // ms that a stretch may come later than its time

/** Groups frames of the same capture time. */
export class Outbox {
  /** How many layers are being encoded. */
  layers = 1;
  /** Stretches to a datagram, and the length of one in ms. */
  stretches = 1;
  frame = 40;
  private groups: VoiceFrame[][] = []; // oldest first; waiting for their other layer
  private complete: VoiceFrame[][] = []; // oldest first; waiting for the rest of their datagram
  private layerTimer: ReturnType<typeof setTimeout> | undefined;
  private datagramTimer: ReturnType<typeof setTimeout> | undefined;

  /** send gets the frames of one datagram: those of a layer together, the oldest first. */
  constructor(private readonly send: (frames: VoiceFrame[]) => void) {}

  push(frame: VoiceFrame): void {
    const group = this.groups.find(([first]) => first.time === frame.time);
    if (group) group.push(frame);
    else this.groups.push([frame]);
    while (this.groups.length > 0 && this.groups[0].length >= this.layers) this.shift();
    if (this.groups.length > 0) this.layerTimer ??= setTimeout(() => this.flush(), patience);
  }

  /** Forgets what waits. */
  clear(): void {
    clearTimeout(this.layerTimer);
    clearTimeout(this.datagramTimer);
    this.layerTimer = this.datagramTimer = undefined;
    this.groups = [];
    this.complete = [];
  }

  private flush(): void {
    this.layerTimer = undefined;
    while (this.groups.length > 0) this.shift();
  }

  private shift(): void {
    const group = this.groups.shift();
    if (!group) return;
    this.complete.push(group);
    if (this.complete.length >= this.stretches) this.sendDatagram();
    else this.datagramTimer ??= setTimeout(() => this.sendDatagram(), (this.stretches - 1) * this.frame + lateness);
  }

  private sendDatagram(): void {
    clearTimeout(this.datagramTimer);
    this.datagramTimer = undefined;
    const frames = this.complete.splice(0).flat();
    this.send(frames.sort((a, b) => a.layer - b.layer || (a.sequence - b.sequence) | 0));
  }
}
