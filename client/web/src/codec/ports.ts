// What goes over the ports between the worklets (hops 1 and 12) and the media worker.

import { BLOCK } from "./frame";

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
  | { voice: number; gone: true }; // forget the voice

/** Playout worklet → worker while something plays, about every 10 ms: for each voice its id, samples in the ring, samples received since its beginning. */
export type PlayoutReport = number[];

/** Page → both worklets: the worker's port; page → capture worklet: muted. The capture worklet answers with mean powers for the meter. */
export type ToWorklet = { port: MessagePort } | { muted: boolean };
