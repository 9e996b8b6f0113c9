// The words that all of src/codec shares: frames, layers, levels, errors.

/** Samples per second of everything in src/codec; capture times count in it. */
export const RATE = 48_000;

/** Samples of one capture block: 10 ms. Capture times of a new page are multiples of it. */
export const BLOCK = 480;

/** Samples of 20 ms: frames begin on multiples of it, so that a datagram can shorten their times (PROTOCOL.md section 3). */
export const GRID = 960;

/** Voice layers as in PROTOCOL.md section 1. */
export const LO = 0;
export const HI = 1;
export type Layer = typeof LO | typeof HI;

/** One encoded frame of one layer, as it goes on the wire. */
export interface VoiceFrame {
  layer: Layer;
  sequence: number; // u32, +1 per frame of this layer; silence takes no numbers
  time: number; // u32 capture time of the first sample, 48 kHz, shared by all layers, wraps
  level: number; // RFC 6464: bit 7 voice activity, bits 0-6 = -dBov, 127 is silence
  payload: Uint8Array; // one Opus packet, 1-400 B
}

/** A frame that came over the line. Layers other than LO and HI are ignored. */
export interface ReceivedFrame {
  publication: number; // u32
  layer: number;
  sequence: number;
  time: number;
  level: number;
  payload: Uint8Array; // kept until it is played: the caller must not write to it any more
}

/** The voice part of the relay's send plan: bit rates in bit/s, 6000 to 32,000, 0 = this layer is not sent; frame in ms, 20 or 40. */
export interface VoicePlan {
  lo: number;
  hi: number;
  frame: number;
}

/** Why there can be no sound. */
export type CodecProblem =
  | "webcodecs-missing" // no AudioEncoder or AudioDecoder in this browser
  | "opus-missing" // WebCodecs, but without Opus
  | "encoder-failed"
  | "decoder-failed";

/** Thrown by opusAvailable, handed to onError by VoiceEncoder and VoicePlayer, which then try again by themselves. */
export class CodecError extends Error {
  constructor(
    readonly code: CodecProblem,
    options?: { cause?: unknown },
  ) {
    super(code, options);
    this.name = "CodecError";
  }
}

/** The distance a - b of two u32 that wrap, in -2^31..2^31-1. */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}
