// Hop 11 of a packet's way: jitter buffers and decoders of all voices. Runs in the media worker.

import { leastTarget } from "./delay";
import { CodecError, type ReceivedFrame } from "./frame";
import type { PlayoutReport, ToPlayout } from "./ports";
import { Voice } from "./voice";

const mostDecoders = 4;
const closeAfter = 5_000; // ms of silence until a decoder is closed,
const forgetAfter = 60_000; // and until all of the voice is
const mostVoices = 64; // that are remembered

export interface PlayerEvents {
  /** The first sound of this page was handed to the loudspeaker's worklet. */
  onSound?(): void;
  /** A decoder failed; it is made again by itself. */
  onError?(error: CodecError): void;
}

/** Counts since the start over all voices, in frames unless said otherwise; delays of the voice heard last, ms. */
export interface PlayerStats {
  played: number;
  concealed: number; // missing frames that the decoder made up
  late: number; // came after their time, dropped
  duplicate: number; // also the other layer's frame of the same time
  refused: number; // no room: too many voices at once, or malformed
  voices: number; // decoders open now
  target: number; // ms that the jitter buffer wants to hold
  delay: number; // ms it holds
}

/** Opus frames of all publications → jitter buffers → decoders → playout worklet. Worker only. */
export class VoicePlayer {
  #events: PlayerEvents;
  #voices = new Map<number, Voice>();
  #latest: Voice | undefined;
  #port: MessagePort | undefined;
  #counts = { played: 0, concealed: 0, late: 0, duplicate: 0, refused: 0 };
  #sounded = false;
  #sweeper = setInterval(() => this.#sweep(performance.now()), 1000);

  constructor(events: PlayerEvents = {}) {
    this.#events = events;
  }

  /** Takes the playout worklet's port; a new one replaces the old. */
  connect(port: MessagePort): void {
    this.#port?.close();
    for (const voice of this.#voices.values()) voice.closeDecoder();
    this.#voices.clear(); // the new worklet's rings are empty
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<PlayoutReport>) => this.#report(data);
  }

  /** A frame came, direct or by repair. @param arrival performance.now() of its arrival, ms. */
  push(frame: ReceivedFrame, arrival: number): void {
    const voice = this.#voices.get(frame.publication) ?? this.#open(frame.publication);
    const outcome = voice?.push(frame, arrival) ?? "refused";
    if (outcome !== "kept") this.#counts[outcome]++;
    if (outcome === "kept" && voice) this.#pump(voice, performance.now(), true);
  }

  /** Who is heard now, loudest first: dBov -127..0. Only voices, no background. */
  levels(): [publication: number, dBov: number][] {
    const now = performance.now();
    const heard = [...this.#voices.values()].filter((v) => v.level > -127 && v.ring(now) > 0);
    return heard.map((v): [number, number] => [v.publication, v.level]).sort((a, b) => b[1] - a[1]);
  }

  get stats(): PlayerStats {
    const voices = [...this.#voices.values()].filter((v) => v.open).length;
    return { ...this.#counts, voices, target: this.#latest?.target ?? 0, delay: this.#latest?.delay ?? 0 };
  }

  /** Forgets a publication that left the meeting (silent ones are forgotten by themselves). */
  remove(publication: number): void {
    this.#voices.get(publication)?.closeDecoder();
    this.#voices.delete(publication);
    this.#post({ voice: publication, gone: true });
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const publication of [...this.#voices.keys()]) this.remove(publication);
    this.#port?.close();
  }

  #open(publication: number): Voice | undefined {
    if (this.#voices.size >= mostVoices && !this.#forgetOne()) return undefined;
    const playing = [...this.#voices.values()].filter((v) => v.playing);
    const target = Math.max(leastTarget, ...playing.map((v) => v.target)); // they came over the same line
    const voice = new Voice(publication, target, {
      sound: (pcm) => this.#sound(publication, pcm),
      failed: (cause) => this.#events.onError?.(new CodecError("decoder-failed", { cause })),
    });
    this.#voices.set(publication, voice);
    return voice;
  }

  #pump(voice: Voice, now: number, came: boolean): void {
    if (!voice.open && (typeof AudioDecoder === "undefined" || !this.#makeRoom())) {
      this.#counts.refused++;
      return;
    }
    voice.openDecoder();
    const dropped = voice.dropped;
    for (let step = voice.next(now, came); step; step = voice.next(now, came)) {
      if (step.kind === "decode") this.#counts.played++;
      if (step.kind === "conceal") this.#counts.concealed++;
      voice.take(step, now);
    }
    this.#counts.late += voice.dropped - dropped;
    const rate = voice.newRate(now);
    if (rate !== undefined) this.#post({ voice: voice.publication, rate });
    if (voice.playing) this.#latest = voice;
  }

  /** Closes the decoder that was silent longest if all are taken. False if all of them play. */
  #makeRoom(): boolean {
    const open = [...this.#voices.values()].filter((v) => v.open);
    if (open.length < mostDecoders) return true;
    const idle = longestSilent(open);
    idle?.closeDecoder();
    return idle !== undefined;
  }

  #forgetOne(): boolean {
    const idle = longestSilent([...this.#voices.values()]);
    if (idle) this.remove(idle.publication);
    return idle !== undefined;
  }

  #report(report: PlayoutReport): void {
    const now = performance.now();
    for (let i = 0; i + 2 < report.length; i += 3) {
      const voice = this.#voices.get(report[i]);
      if (!voice) continue;
      voice.reported(report[i + 1], report[i + 2], now);
      if (voice.open) this.#pump(voice, now, false);
    }
  }

  #sound(publication: number, pcm: Float32Array<ArrayBuffer>): void {
    this.#post({ voice: publication, pcm }, [pcm.buffer]);
    if (this.#sounded) return;
    this.#sounded = true;
    this.#events.onSound?.();
  }

  #post(message: ToPlayout, transfer: Transferable[] = []): void {
    this.#port?.postMessage(message, transfer);
  }

  #sweep(now: number): void {
    for (const voice of this.#voices.values()) {
      if (voice.playing || now - voice.used < closeAfter) continue;
      voice.closeDecoder();
      if (now - voice.used > forgetAfter) this.remove(voice.publication);
    }
  }
}

function longestSilent(voices: Voice[]): Voice | undefined {
  return voices.filter((v) => !v.playing).sort((a, b) => a.used - b.used)[0];
}
