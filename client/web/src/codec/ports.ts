// What goes over the ports between the worklets (hops 1 and 12) and the media worker.

import { BLOCK } from "./frame";
import type { NoiseShape } from "./noise";

/**
 * Capture worklet → worker: 10 ms of the microphone, a u32 capture time and then 480 floats. The worker sends the
 * buffer back when it has read it, so that the audio thread makes no garbage.
 */
export type CaptureBlock = ArrayBuffer;

export function newCaptureBlock(): CaptureBlock {
  return new ArrayBuffer(4 + BLOCK * 4);
}

export function timeOf(block: CaptureBlock): number {
  return new Uint32Array(block, 0, 1)[0];
}

export function setTime(block: CaptureBlock, time: number): void {
  new Uint32Array(block, 0, 1)[0] = time;
}

export function samplesOf(block: CaptureBlock): Float32Array<ArrayBuffer> {
  return new Float32Array(block, 4, BLOCK);
}

/** Worker → playout worklet. `voice` is the publication id. */
export type ToPlayout =
  | { voice: number; pcm: Float32Array } // sound at the end of the voice's ring
  | { voice: number; rate: number } // play faster (> 1) or slower from now on
  | { voice: number; noise: NoiseShape | undefined } // what its pauses sound like from now on
  | { voice: number; gone: true }; // forget the voice

/** Playout worklet → worker while something plays, about every 10 ms: for each voice four numbers of RingReport. */
export type PlayoutReport = number[];

/** How a voice's ring stands, in samples. */
export interface RingReport {
  voice: number; // publication id
  length: number; // in the ring
  received: number; // since its beginning
  stretched: number; // cut out or played twice since its beginning
}

export function writeReports(rings: RingReport[]): PlayoutReport {
  return rings.flatMap(({ voice, length, received, stretched }) => [voice, length, received, stretched]);
}

export function readReports(report: PlayoutReport): RingReport[] {
  const rings: RingReport[] = [];
  for (let i = 0; i + 3 < report.length; i += 4) {
    rings.push({ voice: report[i], length: report[i + 1], received: report[i + 2], stretched: report[i + 3] });
  }
  return rings;
}

/** Page → both worklets: the worker's port; page → capture worklet: muted. The capture worklet answers with mean powers for the meter. */
export type ToWorklet = { port: MessagePort } | { muted: boolean };
