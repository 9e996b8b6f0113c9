// Frames to pictures. It is given only what can be decoded.

import { codecs, type Frame } from "../../frames/frame";
import type { VideoCodec } from "../../transport/control";
import { decoderConfigs } from "../codecs";

const mostQueued = 30; // frames that wait in a decoder which falls behind

/** The part of VideoDecoder that is used here; tests have their own. */
export type Decoder = Pick<VideoDecoder, "configure" | "decode" | "close" | "state" | "decodeQueueSize">;

/** Makes a VideoDecoder. */
export type MakeDecoder = (init: VideoDecoderInit) => Decoder;

/** What becomes of frames. */
export interface DecoderEvents {
  picture(frame: VideoFrame, layer: number): void; // to be closed
  failed(codec: VideoCodec): void; // what was decoded before counts for nothing: a key frame is needed
}

/** The decoder of one source. A codec or layer that changes begins with a key frame; pictures of before come out to the last. */
export class PictureDecoder {
  private current: { decoder: Decoder; codec: VideoCodec; layer: number } | undefined;
  private former: Decoder | undefined; // of another codec, until the current one has a picture
  private stamp = 0; // µs, of the last chunk: each has its own
  private layers = new Map<number, number>(); // of chunks inside, by their stamps

  constructor(
    private readonly make: MakeDecoder,
    private readonly events: DecoderEvents,
  ) {}

  /** Takes the next frame in decoding order. @param ms its capture time, ms. */
  decode(frame: Frame, ms: number): void {
    const codec = codecs[frame.codec];
    try {
      const { decoder } = this.prepare(codec, frame.layer);
      if (decoder.decodeQueueSize > mostQueued) throw new Error("too slow");
      this.stamp = Math.max(this.stamp + 1, Math.round(1000 * ms));
      this.layers.set(this.stamp, frame.layer);
      const type = frame.key ? "key" : "delta";
      decoder.decode(new EncodedVideoChunk({ type, timestamp: this.stamp, data: frame.payload }));
    } catch {
      this.fail(codec);
    }
  }

  close(): void {
    for (const decoder of [this.former, this.current?.decoder]) {
      if (decoder && decoder.state !== "closed") decoder.close();
    }
    this.former = this.current = undefined;
    this.layers.clear();
  }

  private prepare(codec: VideoCodec, layer: number): { decoder: Decoder } {
    const { current } = this;
    if (current?.codec === codec && current.layer === layer) return current;
    if (current?.codec === codec) {
      current.decoder.configure(decoderConfigs[codec]);
      current.layer = layer;
      return current;
    }
    if (this.former && this.former.state !== "closed") this.former.close();
    this.former = current?.decoder;
    const decoder = this.open(codec);
    this.current = { decoder, codec, layer };
    return this.current;
  }

  private open(codec: VideoCodec): Decoder {
    const decoder = this.make({
      output: (frame) => this.output(decoder, frame),
      error: () => {
        if (decoder === this.current?.decoder) this.fail(codec);
      },
    });
    decoder.configure(decoderConfigs[codec]);
    return decoder;
  }

  private output(decoder: Decoder, frame: VideoFrame): void {
    const layer = this.layers.get(frame.timestamp);
    for (const stamp of this.layers.keys()) if (stamp <= frame.timestamp) this.layers.delete(stamp);
    if (layer === undefined || (decoder !== this.former && decoder !== this.current?.decoder)) {
      frame.close();
      return;
    }
    if (decoder !== this.former && this.former) {
      if (this.former.state !== "closed") this.former.close();
      this.former = undefined;
    }
    this.events.picture(frame, layer);
  }

  private fail(codec: VideoCodec): void {
    this.close();
    this.events.failed(codec);
  }
}
