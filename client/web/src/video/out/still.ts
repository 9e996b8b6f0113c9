// Stills: key frames that stand alone, each the largest that its bytes allow.

import type { LayerPlan, VideoCodec } from "../../transport/control";
import type { LayerHost, Shot, Wish } from "./layer";
import { Scale } from "./scale";
import { encoderConfig, intervalOf, mostOf, sizeOf } from "./shape";
import { Sizer } from "./sizer";
import { Numbers } from "./thin";

const mostTries = 8;

/** Makes stills of a source, one every interval of its plan, and no next one while the last is on its way. */
export class StillLayer {
  #numbers = new Numbers();
  #sizer: Sizer | undefined;
  #scale = new Scale();
  #wish: Wish | undefined;
  #next = 0; // ms, when the next one is due
  #busy = false; // in an encoder
  #asked = false; // by somebody who came late
  #travels = 0; // number of the one that is on its way
  #made = 0;
  #began = Number.NEGATIVE_INFINITY;

  constructor(
    readonly layer: number,
    private readonly host: Omit<LayerHost, "load">,
  ) {}

  /** What is to be sent from now on; undefined: nothing. */
  plan(codec: VideoCodec | undefined, plan?: LayerPlan, software = false): void {
    if (codec !== this.#wish?.codec) this.#sizer = undefined;
    if (!this.#wish) this.#next = 0;
    this.#wish = codec && plan && { codec, plan, software };
  }

  /** Somebody came late: the next one is due now, but not twice in 2 s. */
  want(): void {
    if (this.#travels || this.#busy) return;
    this.#asked = true;
    this.#next = Math.min(this.#next, this.#began + 2000);
  }

  /** Whether somebody waits for one that the next picture would be. */
  get owes(): boolean {
    return this.#asked && this.#due;
  }

  get #due(): boolean {
    return this.#wish !== undefined && !this.#busy && !this.#travels && performance.now() >= this.#next;
  }

  /** A new line begins; anew: a new publication, at 0. */
  reset(anew: boolean): void {
    if (anew) this.#numbers.reset();
    this.#next = 0;
    this.#travels = 0;
  }

  /** Makes a still of the picture if one is due. Returns whether it does. */
  take(shot: Shot): boolean {
    const now = performance.now();
    const wish = this.#wish;
    if (!wish || !this.#due || !this.host.room(this.layer)) return false;
    const interval = intervalOf(wish.plan);
    this.#began = now;
    this.#next = Math.max(now + interval / 2, this.#next + interval);
    this.#busy = true;
    this.#asked = false;
    void this.#make({ frame: shot.frame.clone(), at: shot.at }, wish);
    return true;
  }

  close(): void {
    this.#wish = undefined;
  }

  async #make(shot: Shot, wish: Wish): Promise<void> {
    try {
      const best = await this.#search(shot.frame, wish);
      if (best && this.#wish) this.#send(best, shot.at, wish.codec);
    } catch (cause) {
      if (this.#wish) this.host.failed(this.layer, wish.codec, cause);
    } finally {
      shot.frame.close();
      this.#busy = false;
    }
  }

  /** The largest key frame that fits. */
  async #search(frame: VideoFrame, wish: Wish): Promise<Uint8Array | undefined> {
    const budget = mostOf(wish.plan);
    this.#sizer ??= new Sizer(budget * 100);
    this.#scale.up(performance.now());
    let best: Uint8Array | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const made = await encodeOnce(frame, wish, this.#sizer.bitrate, this.#scale.share);
      if (made.length > budget && this.#sizer.coarsest && this.#scale.down(performance.now())) continue;
      const found = this.#sizer.judge(made.length, budget);
      if (found !== "large" && made.length > (best?.length ?? 0)) best = made;
      if (found === "good" || (found === "large" && best)) break;
    }
    return best;
  }

  #send(payload: Uint8Array, at: number, codec: VideoCodec): void {
    const place = this.#numbers.place(true, 0);
    if (!place) return;
    const number = ++this.#made;
    this.#travels = number;
    const done = () => {
      if (this.#travels === number) this.#travels = 0;
    };
    this.host.send({ layer: this.layer, codec, key: true, temporal: 0, at, payload, done, ...place });
  }
}

/** A fresh encoder's first frame: what it was given before would change how it spends its bits. */
async function encodeOnce(
  frame: VideoFrame,
  { codec, plan, software }: Wish,
  bitrate: number,
  share: number,
): Promise<Uint8Array> {
  const size = sizeOf(plan[0], { width: frame.displayWidth, height: frame.displayHeight }, share);
  let made: Uint8Array | undefined;
  let failure: unknown;
  const encoder = new VideoEncoder({
    output: (chunk) => {
      made = new Uint8Array(chunk.byteLength);
      chunk.copyTo(made);
    },
    error: (cause) => {
      failure = cause;
    },
  });
  const picture = new VideoFrame(frame, { timestamp: 0, duration: undefined });
  try {
    encoder.configure(encoderConfig(codec, [plan[0], bitrate, 300, 1], size, software));
    encoder.encode(picture, { keyFrame: true });
    await encoder.flush();
  } catch (cause) {
    throw failure ?? cause;
  } finally {
    picture.close();
    if (encoder.state !== "closed") encoder.close();
  }
  if (!made) throw failure ?? new Error("video encoder gave no frame");
  return made;
}
