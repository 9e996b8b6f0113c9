// One layer of moving pictures: thins, encodes, numbers and hands on.

import { isScreen, maxFrame } from "../../frames/frame";
import type { LayerPlan, VideoCodec } from "../../transport/control";
import type { Load } from "./load";
import { Scale } from "./scale";
import { encoderConfig, mostOf, type Size, sizeOf } from "./shape";
import { Keys, Numbers, type Place, Thinner } from "./thin";

const mostInside = 3; // pictures inside an encoder; more means that the computer does not keep up
const stuck = 2000; // ms after which a picture that an encoder left out is forgotten

/** What came out of an encoder. */
export interface Encoded extends Place {
  layer: number;
  codec: VideoCodec;
  key: boolean;
  temporal: number;
  at: number; // ms of performance.now(), when it was filmed
  payload: Uint8Array;
  done(delivered: boolean): void;
}

/** What the owner of layers does for them. */
export interface LayerHost {
  readonly load: Load;
  /** Whether the line has room for one more picture of this layer. */
  room(layer: number): boolean;
  send(encoded: Encoded): void;
  failed(layer: number, codec: VideoCodec, cause: unknown): void;
}

/** A picture, and when it was filmed. The giver closes it. */
export interface Shot {
  frame: VideoFrame;
  at: number; // ms of performance.now()
}

/** What a layer is to be. */
export interface Wish {
  codec: VideoCodec;
  plan: LayerPlan;
  software: boolean;
}

interface Inside {
  timestamp: number; // µs
  at: number;
  begun: number; // ms
}

/** Encodes one layer by its plan. It outlives its encoders: a layer that is switched on again goes on counting. */
export class MovingLayer {
  #numbers = new Numbers();
  #thinner = new Thinner();
  #keys = new Keys();
  #encoder: VideoEncoder | undefined;
  #config: VideoEncoderConfig | undefined;
  #wish: Wish | undefined;
  #inside: Inside[] = [];
  #last = { timestamp: -1, at: 0, out: 0, bytes: 0 };
  #configured = 0; // ms
  #held = false; // pictures were left out for the line since the last one
  #shrink = 1; // of the plan's bit rate, after frames that were too large
  #scale = new Scale(); // of the screen's pictures, likewise
  #generation = 0; // of keys: what was given up before the last one harms nobody

  constructor(
    readonly layer: number,
    private readonly host: LayerHost,
  ) {}

  /** Bytes of the newest frame. */
  get bytes(): number {
    return this.#last.bytes;
  }

  /** What is to be encoded from the next picture on; undefined: nothing. */
  plan(codec: VideoCodec | undefined, plan?: LayerPlan, software = false): void {
    if (!codec || !plan) {
      this.#wish = undefined;
      this.#shut();
      return;
    }
    const before = this.#wish;
    if (before && (before.codec !== codec || before.software !== software)) this.#shut();
    this.#wish = { codec, plan, software };
  }

  /** A key frame is wanted. */
  want(): void {
    this.#keys.want();
  }

  /** Whether somebody waits for a key frame that the next picture would be. */
  get owes(): boolean {
    return this.#wish !== undefined && this.#keys.due(performance.now());
  }

  /** A new line begins, with a key frame; anew: a new publication, at 0. */
  reset(anew: boolean): void {
    if (anew) this.#numbers.reset();
    else this.#numbers.break();
    this.#generation++;
    this.#keys.begin();
    this.#shrink = 1;
  }

  /** Encodes the picture if the layer's rate lets it. Returns whether it did. */
  take(shot: Shot): boolean {
    const wish = this.#wish;
    if (!wish) return false;
    if (!this.host.room(this.layer)) {
      this.#held = true;
      return false;
    }
    if (!this.#thinner.takes(shot.at, wish.plan[2] / 10)) return false;
    const now = performance.now();
    this.#forget(now);
    const late = this.#inside.length >= mostInside;
    this.host.load.due(this.layer, late);
    if (late) return false;
    try {
      this.#encode(shot, wish, now);
      return true;
    } catch (cause) {
      this.#fail(cause);
      return false;
    }
  }

  close(): void {
    this.#wish = undefined;
    this.#shut();
  }

  #encode(shot: Shot, wish: Wish, now: number): void {
    const encoder = this.#ready(wish, { width: shot.frame.displayWidth, height: shot.frame.displayHeight }, now);
    const timestamp = Math.max(Math.round(shot.at * 1000), this.#last.timestamp + 1000);
    // The length is the encoder's measure of how many bits it may spend: for the time that the line had no room, none.
    const usual = 1e7 / wish.plan[2];
    const most = isScreen(this.layer) ? 2e6 : this.#held ? usual : 5e5;
    this.#held = false;
    const duration = Math.min(most, this.#last.timestamp < 0 ? usual : timestamp - this.#last.timestamp);
    const picture = new VideoFrame(shot.frame, { timestamp, duration: Math.round(duration) });
    const keyFrame = this.#keys.due(now);
    this.#inside.push({ timestamp, at: shot.at, begun: now });
    this.#last.timestamp = timestamp;
    try {
      encoder.encode(picture, { keyFrame });
    } finally {
      picture.close();
    }
    if (keyFrame) this.#keys.made(now);
  }

  /** The encoder, configured for the plan and the size of the source. */
  #ready(wish: Wish, source: Size, now: number): VideoEncoder {
    const [layer, bitrate, rate10, temporal] = wish.plan;
    const plan: LayerPlan = [layer, Math.round(bitrate * this.#shrink), rate10, temporal];
    this.#scale.up(now);
    const config = encoderConfig(wish.codec, plan, sizeOf(layer, source, this.#scale.share), wish.software);
    let encoder = this.#encoder;
    if (!encoder || encoder.state === "closed") {
      encoder = this.#open(wish.codec);
    } else if (!this.#config || !differs(this.#config, config, wish.codec, now - this.#configured)) {
      return encoder;
    }
    // A change of size or of temporal layers needs a key frame, which not all codecs make by themselves.
    if (!this.#config || !alike(this.#config, config)) {
      this.#keys.begin();
      this.#numbers.break();
    }
    encoder.configure(config);
    this.#config = config;
    this.#configured = now;
    return encoder;
  }

  #open(codec: VideoCodec): VideoEncoder {
    const encoder: VideoEncoder = new VideoEncoder({
      output: (chunk, metadata) => {
        if (this.#encoder === encoder) this.#output(chunk, metadata, codec);
      },
      error: (cause) => {
        if (this.#encoder === encoder) this.#fail(cause);
      },
    });
    this.#encoder = encoder;
    this.#config = undefined;
    this.#last.timestamp = -1;
    return encoder;
  }

  #output(chunk: EncodedVideoChunk, metadata: EncodedVideoChunkMetadata | undefined, codec: VideoCodec): void {
    const of = this.#inside.find(({ timestamp }) => timestamp === chunk.timestamp);
    this.#inside = this.#inside.filter(({ timestamp }) => timestamp > chunk.timestamp); // the others were left out
    const now = performance.now();
    if (of) this.host.load.took(this.layer, now - Math.max(of.begun, this.#last.out));
    this.#last.out = now;
    this.#last.bytes = chunk.byteLength;
    if (this.#wish && chunk.byteLength > mostOf(this.#wish.plan) && this.#smaller(chunk.byteLength > maxFrame)) return;
    this.#place(chunk, metadata?.svc?.temporalLayerId ?? 0, of?.at ?? chunk.timestamp / 1000, codec);
  }

  #place(chunk: EncodedVideoChunk, temporalLayer: number, at: number, codec: VideoCodec): void {
    const key = chunk.type === "key";
    const temporal = key ? 0 : temporalLayer;
    const place = this.#numbers.place(key, temporal);
    if (!place) {
      this.#keys.lost();
      return;
    }
    if (key) this.#keyGoes();
    const payload = new Uint8Array(chunk.byteLength);
    chunk.copyTo(payload);
    const generation = this.#generation;
    const done = (delivered: boolean) => this.#done(delivered, key, temporal, generation);
    this.host.send({ layer: this.layer, codec, key, temporal, at, payload, done, ...place });
  }

  #keyGoes(): void {
    this.#generation++;
    this.#keys.sent();
    this.#shrink = Math.min(1, this.#shrink * 1.1);
  }

  /** A frame is too large for the line: what refers to it cannot be sent either, so the next is a smaller key frame. Returns false if there is none, and this one can be sent. */
  #smaller(impossible: boolean): boolean {
    if (!isScreen(this.layer) || !this.#scale.down(performance.now())) {
      if (!impossible) return false;
      this.#shrink *= 0.6;
    }
    this.#numbers.break();
    this.#keys.begin();
    return true;
  }

  /** The line gave a frame up, or the other side has it. What refers to a lost one is of no use to anybody. */
  #done(delivered: boolean, key: boolean, temporal: number, generation: number): void {
    if (generation !== this.#generation) return;
    if (key) this.#keys.done(delivered);
    if (delivered || temporal > 0) return;
    this.#numbers.break();
    this.#keys.lost();
  }

  #forget(now: number): void {
    if (this.#encoder?.encodeQueueSize) return;
    this.#inside = this.#inside.filter(({ begun }) => now - begun < stuck);
  }

  #fail(cause: unknown): void {
    const codec = this.#wish?.codec;
    this.#shut();
    if (codec) this.host.failed(this.layer, codec, cause);
  }

  #shut(): void {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    this.#config = undefined;
    this.#inside = [];
    this.#numbers.break();
    this.#keys.begin();
    this.#thinner.reset();
    if (encoder && encoder.state !== "closed") encoder.close();
  }
}

/** Whether a change needs no key frame. */
function alike(a: VideoEncoderConfig, b: VideoEncoderConfig): boolean {
  return a.width === b.width && a.height === b.height && a.scalabilityMode === b.scalabilityMode;
}

/** Whether a change is worth configuring for. OpenH264 makes a key frame at each, so it follows upwards slowly. */
function differs(a: VideoEncoderConfig, b: VideoEncoderConfig, codec: VideoCodec, age: number): boolean {
  if (!alike(a, b)) return true;
  const change = (b.bitrate ?? 0) / (a.bitrate ?? 1);
  if (codec === "h264") return change < 0.85 || (age > 5000 && change > 1.2);
  return change < 0.97 || change > 1.03 || a.framerate !== b.framerate;
}
