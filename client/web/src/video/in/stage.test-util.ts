// A stand-in for VideoDecoder, and frames for it.

import { vi } from "vitest";
import type { Frame } from "../../frames/frame";
import type { Decoder } from "./decoder";

/** A picture that knows whether it was closed. */
export interface Picture {
  timestamp: number;
  data: string;
  close: ReturnType<typeof vi.fn>;
}

/** Decodes a frame's payload to its text. "bad" is an error, and so is a delta chunk at the beginning. */
export class FakeDecoder implements Decoder {
  static all: FakeDecoder[] = [];
  static pictures: Picture[] = [];
  static slow = false; // pictures stay inside
  state: CodecState = "unconfigured";
  decodeQueueSize = 0;
  configs: string[] = [];
  private needsKey = true;
  private inside: Picture[] = [];

  constructor(private readonly init: VideoDecoderInit) {
    FakeDecoder.all.push(this);
  }

  static reset(): void {
    FakeDecoder.all = [];
    FakeDecoder.pictures = [];
    FakeDecoder.slow = false;
    vi.stubGlobal("EncodedVideoChunk", Chunk);
  }

  static get open(): number {
    return FakeDecoder.all.filter(({ state }) => state !== "closed").length;
  }

  configure({ codec }: VideoDecoderConfig): void {
    this.state = "configured";
    this.needsKey = true;
    this.configs.push(codec);
  }

  decode(chunk: EncodedVideoChunk): void {
    const { type, timestamp, data } = chunk as unknown as Chunk;
    if (this.state !== "configured" || (this.needsKey && type !== "key")) throw new Error("not now");
    this.needsKey = false;
    const text = new TextDecoder().decode(data);
    if (text === "bad") {
      this.state = "closed";
      queueMicrotask(() => this.init.error(new DOMException("bad")));
      return;
    }
    const picture = { timestamp, data: text, close: vi.fn() };
    this.inside.push(picture);
    if (FakeDecoder.slow) this.decodeQueueSize++;
    else this.flush();
  }

  flush(): void {
    for (const picture of this.inside.splice(0)) {
      FakeDecoder.pictures.push(picture);
      this.init.output(picture as unknown as VideoFrame);
    }
    this.decodeQueueSize = 0;
  }

  close(): void {
    if (this.state === "closed") throw new Error("closed twice");
    this.state = "closed";
  }
}

class Chunk {
  readonly type: EncodedVideoChunkType;
  readonly timestamp: number;
  readonly data: Uint8Array;

  constructor({ type, timestamp, data }: EncodedVideoChunkInit) {
    this.type = type;
    this.timestamp = timestamp;
    this.data = data as Uint8Array;
  }
}

/** A frame whose payload is a text, and whose capture time follows from its sequence: 50 ms each. */
export function frameOf(sequence: number, text: string, more: Partial<Frame> = {}): Frame {
  const key = more.key ?? false;
  const head = { publication: 9, layer: 4, sequence, time: 2400 * sequence, key, temporal: 0, codec: 1 };
  return { ...head, back: key ? 0 : 1, payload: new TextEncoder().encode(text), ...more };
}
