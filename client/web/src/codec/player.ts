// Hop 11 of a packet's way: jitter buffers and decoders of all voices. Runs in the media worker.

import { leastTarget } from "./delay";
import { CodecError, type ReceivedFrame } from "./frame";
import { type Step, speaks } from "./jitter";
import { type PlayoutReport, readReports, type ToPlayout } from "./ports";
import { Tally } from "./tally";
import { Voice } from "./voice";

const mostDecoders = 4;
const closeAfter = 5_000; // ms of silence until a decoder is closed,
const forgetAfter = 60_000; // and until all of the voice is
const mostVoices = 64; // that are remembered
const reportEvery = 12; // ms: what is to be done later than that, the next report will say
const mostBudget = 1000; // ms

export interface PlayerEvents {
  /** The first sound of this page was handed to the loudspeaker's worklet. */
  onSound?(): void;
  /** A decoder failed; it is made again by itself. */
  onError?(error: CodecError): void;
}

/** Counts since the start over all voices; delays of the voice heard last. */
export interface PlayerStats {
  played: number; // frames,
  sound: number; // and how many ms they were
  absent: number; // ms of sound that was not there when it was due
  late: number; // frames that came after their time, dropped
  duplicate: number; // frames that came twice, also the other layer's of the same time
  refused: number; // frames without room: too many voices at once, or malformed
  concealed: number; // ms that the decoder made up for voice that was missing
  stretched: number; // ms cut out or played twice, to be sooner or later
  missing: number; // share, 0 to 1, of the last 10 s' sound that was not there when it was due
  voices: number; // decoders open now
  target: number; // ms that the jitter buffer wants to hold beyond the fastest packets' way
  delay: number; // ms it holds
}

/** Opus frames of all publications → jitter buffers → decoders → playout worklet. Worker only. */
export class VoicePlayer {
  #events: PlayerEvents;
  #voices = new Map<number, Voice>();
  #latest: Voice | undefined;
  #port: MessagePort | undefined;
  #budget = 0;
  #counts = { played: 0, sound: 0, absent: 0, concealed: 0, late: 0, duplicate: 0, refused: 0 };
  #tally = new Tally();
  #stretched = { before: 0, now: 0 }; // samples: by voices that are forgotten, by the others
  #sounded = false;
  #sweeper = setInterval(() => this.#sweep(performance.now()), 1000);
  #alarm: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;

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

  /**
   * The relay's delay budget for what is heard, 150 to 800 ms: a frame is played so long after the capture of its first
   * sample, the fastest packets' way not counted. 0: as little as the line's jitter allows. Changes are not heard.
   */
  setBudget(ms: number): void {
    this.#budget = Number.isFinite(ms) ? Math.min(Math.max(ms, 0), mostBudget) : 0;
    for (const voice of this.#voices.values()) voice.buffer.budget = this.#budget;
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

  /** Of each voice that plays a capture time, and when the sound of then is heard, performance.now(). */
  heard(): [publication: number, time: number, at: number][] {
    return [...this.#voices.values()].filter((v) => v.playing).map((v) => [v.publication, ...v.buffer.heard]);
  }

  get stats(): PlayerStats {
    return {
      ...this.#counts,
      stretched: (this.#stretched.before + this.#stretched.now) / 48,
      missing: this.#tally.share(performance.now()),
      voices: [...this.#voices.values()].filter((v) => v.open).length,
      target: this.#latest?.buffer.target ?? 0,
      delay: this.#latest?.buffer.delay ?? 0,
    };
  }

  /** The publication was muted: no comfort noise any more, until it is heard again. */
  hush(publication: number): void {
    this.#voices.get(publication)?.hush(performance.now());
  }

  /** Forgets a publication that left the meeting (silent ones are forgotten by themselves). */
  remove(publication: number): void {
    this.#voices.get(publication)?.closeDecoder();
    this.#voices.delete(publication);
    this.#post({ voice: publication, gone: true });
  }

  close(): void {
    clearInterval(this.#sweeper);
    clearTimeout(this.#alarm?.timer);
    for (const publication of [...this.#voices.keys()]) this.remove(publication);
    this.#port?.close();
  }

  #open(publication: number): Voice | undefined {
    if (this.#voices.size >= mostVoices && !this.#forgetOne()) return undefined;
    const playing = [...this.#voices.values()].filter((v) => v.playing);
    const target = Math.max(leastTarget, ...playing.map((v) => v.buffer.target)); // they came over the same line
    const voice = new Voice(publication, target, this.#budget, {
      sound: (pcm) => this.#sound(publication, pcm),
      noise: (noise) => this.#post({ voice: publication, noise }),
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
    const dropped = voice.buffer.dropped;
    for (let step = voice.next(now, came); step; step = voice.next(now, came)) {
      this.#count(step, now);
      voice.take(step, now);
    }
    this.#counts.late += voice.buffer.dropped - dropped;
    const rate = voice.newRate(now);
    if (rate !== undefined) this.#post({ voice: voice.publication, rate });
    if (voice.playing) this.#latest = voice;
    this.#wake(voice, now);
  }

  #count(step: Step, now: number): void {
    if (step.kind === "decode") {
      this.#counts.played++;
      this.#counts.sound += step.samples / 48;
      this.#counts.absent += step.missing;
      this.#tally.add(now, step.samples / 48, step.missing);
    } else if (step.kind === "conceal" && speaks(step.last)) {
      this.#counts.concealed += step.samples / 48;
    }
  }

  /** Reports come about every 10 ms, which would be too seldom for a ring that runs down at a hole. */
  #wake(voice: Voice, now: number): void {
    const wait = voice.wait(now) ?? reportEvery;
    if (wait >= reportEvery || (this.#alarm && this.#alarm.at <= now + wait)) return;
    clearTimeout(this.#alarm?.timer);
    this.#alarm = { at: now + wait, timer: setTimeout(() => this.#woken(), wait) };
  }

  #woken(): void {
    this.#alarm = undefined;
    const now = performance.now();
    for (const voice of this.#voices.values()) if (voice.wait(now) !== undefined) this.#pump(voice, now, false);
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
    const rings = readReports(report);
    for (const ring of rings) {
      const voice = this.#voices.get(ring.voice);
      if (!voice) continue;
      voice.reported(ring, now);
      if (voice.open) this.#pump(voice, now, false);
    }
    this.#sum(rings.reduce((sum, ring) => sum + ring.stretched, 0));
  }

  /** A voice that the worklet forgot takes its count along. */
  #sum(stretched: number): void {
    const { before, now } = this.#stretched;
    this.#stretched = { before: stretched < now ? before + now - stretched : before, now: stretched };
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
