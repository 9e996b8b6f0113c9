// Stills of one's own camera, as the page sees it: the same encoder as for those that are live.

import { codecs, LAYER } from "../frames/frame";
import type { VideoCodec } from "../transport/control";
import { encodes } from "../video/out/shape";
import { StillLayer } from "../video/out/still";
import type { Stills } from "./recorder";

const look = 1000; // ms
const rate10 = 2; // one every 5 s
const bitrate = 8000; // 5 kB each

/** Makes stills of a stream's picture while somebody takes them. Where there is no camera or no encoder there are none. */
export class CameraStills implements Stills {
  #video = document.createElement("video");
  #layer: StillLayer;
  #codec: Promise<VideoCodec | undefined>;
  #take: ((codec: number, key: Uint8Array) => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** stream gives what is filmed now. */
  constructor(private readonly stream: () => MediaStream | undefined) {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#codec = encodes("camera").then(([best]) => best);
    this.#layer = new StillLayer(LAYER.still, {
      room: () => true,
      send: ({ codec, payload, done }) => {
        this.#take?.(codecs.indexOf(codec), payload);
        done(true);
      },
      failed: () => this.#layer.plan(undefined), // the voice is what counts
    });
  }

  take(still: ((codec: number, key: Uint8Array) => void) | undefined): void {
    this.#take = still;
    clearInterval(this.#timer);
    this.#layer.plan(undefined);
    if (!still) return;
    void this.#codec.then((codec) => {
      if (this.#take === still) this.#layer.plan(codec, [LAYER.still, bitrate, rate10, 1]);
    });
    this.#timer = setInterval(() => this.#film(), look);
  }

  close(): void {
    this.take(undefined);
    this.#video.srcObject = null;
  }

  #film(): void {
    const stream = this.stream() ?? null;
    if (this.#video.srcObject !== stream) {
      this.#video.srcObject = stream;
      if (stream) this.#video.play().catch(() => {}); // a camera that is just closed
    }
    if (!stream || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const at = performance.now();
    const frame = new VideoFrame(this.#video, { timestamp: Math.round(at * 1000) });
    this.#layer.take({ frame, at });
    frame.close();
  }
}
