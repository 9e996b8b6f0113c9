// Hop 3 of a packet's way, first step: the layers of one stretch of sound, which leave their encoders one after another, share a
// datagram.

import type { VoiceFrame } from "../codec";

const patience = 10; // ms that a frame waits for its other layer

/** Groups frames of the same capture time. */
export class Outbox {
  /** How many layers are being encoded. */
  layers = 1;
  private groups: VoiceFrame[][] = []; // oldest first
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** send gets the frames of one capture time, the oldest first. */
  constructor(private readonly send: (frames: VoiceFrame[]) => void) {}

  push(frame: VoiceFrame): void {
    const group = this.groups.find(([first]) => first.time === frame.time);
    if (group) group.push(frame);
    else this.groups.push([frame]);
    while (this.groups.length > 0 && this.groups[0].length >= this.layers) this.shift();
    if (this.groups.length > 0) this.timer ??= setTimeout(() => this.flush(), patience);
  }

  /** Forgets what waits. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.groups = [];
  }

  private flush(): void {
    this.timer = undefined;
    while (this.groups.length > 0) this.shift();
  }

  private shift(): void {
    const group = this.groups.shift();
    if (group) this.send(group);
  }
}
