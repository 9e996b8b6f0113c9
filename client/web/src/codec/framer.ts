// Hop 2: capture blocks → frames that are worth sending. Pure; the encoders come after it.

import { dB } from "./decibel";
import { BLOCK, distance, GRID } from "./frame";
import { VoiceActivity } from "./vad";

const preroll = 10; // blocks kept from before the onset, 90 to 100 ms are sent: soft consonants come before the energy does

/** A stretch of sound to encode, for all layers. */
export interface SoundFrame {
  time: number; // u32, 48 kHz, of the first sample
  level: number; // RFC 6464 with voice activity in bit 7
  samples: Float32Array<ArrayBuffer>;
}

interface Block {
  time: number;
  samples: Float32Array;
  voice: boolean;
}

/** Cuts voice out of the capture and into frames; silence is left out, with 90 ms before and 300 ms after a voice kept. */
export class Framer {
  #vad = new VoiceActivity();
  #blocks: Block[] = []; // of the frame that grows; in silence the pre-roll
  #sending = false;
  #next = 0; // expected time
  #wanted = 2; // blocks of a frame

  /** @param ms 20 or 40, others are taken as the nearest of both; from the next frame on. */
  set frame(ms: number) {
    this.#wanted = ms > 30 ? 4 : 2;
  }

  /** True from the onset of a voice to the end of its hangover. */
  get sending(): boolean {
    return this.#sending;
  }

  /** Takes 480 samples captured at `time` (u32); the samples are kept, not copied. @returns the frames that are now complete, oldest first. */
  push(time: number, samples: Float32Array): SoundFrame[] {
    if (distance(time, this.#next) !== 0) this.reset(); // there was a gap: nothing may be glued over it
    this.#next = (time + BLOCK) >>> 0;
    const voice = this.#vad.push(samples);
    this.#blocks.push({ time, samples, voice });
    if (!this.#vad.sending) {
      this.#sending = false;
      this.#blocks = this.#blocks.slice(-preroll);
      return [];
    }
    if (!this.#sending) {
      this.#sending = true;
      if (this.#blocks[0].time % GRID !== 0) this.#blocks.shift();
      for (const block of this.#blocks) block.voice = true; // the beginning of a voice is voice
    }
    return this.#take();
  }

  /** Forgets what was captured: muted, or another meeting. */
  reset(): void {
    this.#vad.reset();
    this.#blocks = [];
    this.#sending = false;
  }

  #take(): SoundFrame[] {
    const frames: SoundFrame[] = [];
    while (this.#blocks.length >= this.#wanted) frames.push(join(this.#blocks.splice(0, this.#wanted)));
    return frames;
  }
}

function join(blocks: Block[]): SoundFrame {
  const samples = new Float32Array(blocks.length * BLOCK);
  blocks.forEach((b, i) => {
    samples.set(b.samples, i * BLOCK);
  });
  return {
    time: blocks[0].time,
    level: levelByte(
      samples,
      blocks.some((b) => b.voice),
    ),
    samples,
  };
}

/** The audio level octet of RFC 6464: voice activity in bit 7, -dBov in the others. */
export function levelByte(samples: Float32Array, voice: boolean): number {
  let sum = 0;
  for (const x of samples) sum += x * x;
  const below = Math.min(Math.max(Math.round(-dB(sum / samples.length)), 0), 127);
  return below + (voice ? 128 : 0);
}
