// One encoder at one rate: encoded, decoded, compared. Runs in a page; its CPU time is read from outside, step by step.

import { type Clip, head } from "./head";
import { type Luma, psnr, ssim } from "./quality";
import { screen } from "./screen";

/** What is encoded. */
export interface Source {
  clip: "head" | "screen";
  width: number;
  height: number;
  fps: number;
  seconds: number;
}

export interface Encoded {
  chunk: EncodedVideoChunk;
  temporal: number;
  ms: number; // from encode to output
}

/** What a rate gave. Rates in kbit/s, sizes in bytes. */
export interface Figures {
  frames: number; // that came out, of those that went in
  of: number;
  kbps: number; // without the first frame, which is a key frame
  peak: number; // of the worst second after the first
  key: number;
  largest: number; // after the first frame
  psnr: number;
  ssim: number;
  worst: number; // SSIM, tenth percentile
  ms: number; // median from encode to output
  layers: number[]; // share of the bytes of each temporal layer
  base: boolean; // decodes without the upper temporal layers
}

let frames: Uint8Array[] = []; // I420
let lumas: Luma[] = [];
let source: Source;
let chunks: Encoded[] = [];
let decoderConfig: VideoDecoderConfig;

/** Draws the clip; what follows encodes it. */
export async function draw(of: Source): Promise<void> {
  source = of;
  frames = [];
  const clip: Clip = of.clip === "head" ? head() : screen();
  for (let i = 0; i < of.fps * of.seconds; i++) frames.push(await planes(scaled(clip(i / of.fps), of), of));
  const size = of.width * of.height;
  lumas = frames.map((f) => ({ width: of.width, height: of.height, y: f.subarray(0, size) }));
}

function scaled(picture: OffscreenCanvas, { width, height }: Source): OffscreenCanvas {
  if (picture.width === width) return picture;
  const canvas = new OffscreenCanvas(width, height);
  const to = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  to.imageSmoothingQuality = "high";
  to.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** The planes of a picture as cameras give them: I420, BT.601. */
async function planes(canvas: OffscreenCanvas, { width, height }: Source): Promise<Uint8Array> {
  const { data } = (canvas.getContext("2d") as OffscreenCanvasRenderingContext2D).getImageData(0, 0, width, height);
  const out = new Uint8Array((width * height * 3) / 2);
  const [u0, v0] = [width * height, (width * height * 5) / 4];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      out[y * width + x] = 16 + (65.7 * r + 129.1 * g + 25.1 * b) / 256;
      if ((x | y) & 1) continue;
      const at = (y >> 1) * (width >> 1) + (x >> 1);
      out[u0 + at] = 128 + (-37.9 * r - 74.5 * g + 112.4 * b) / 256;
      out[v0 + at] = 128 + (112.4 * r - 94.2 * g - 18.3 * b) / 256;
    }
  }
  return out;
}

export const input = (i: number): VideoFrame =>
  new VideoFrame(frames[i] as BufferSource, {
    format: "I420",
    codedWidth: source.width,
    codedHeight: source.height,
    timestamp: Math.round((i * 1e6) / source.fps),
    duration: Math.round(1e6 / source.fps),
  });

export const count = (): number => frames.length;
export const original = (i: number): Luma => lumas[i];
export const drawn = (): Source => source;

/** Whether such an encoder is to be had. */
export const supported = async (config: VideoEncoderConfig): Promise<boolean> =>
  (await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }))).supported === true;

/** Encodes the clip one frame at a time, as a live encoder that keeps up does. */
export async function encode(config: VideoEncoderConfig, options?: (i: number) => object): Promise<Encoded[]> {
  chunks = [];
  let failed: unknown;
  let given = 0;
  let next = (): void => undefined;
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      if (metadata?.decoderConfig) decoderConfig = metadata.decoderConfig;
      const svc = (metadata as { svc?: { temporalLayerId?: number } } | undefined)?.svc;
      chunks.push({ chunk, temporal: svc?.temporalLayerId ?? 0, ms: performance.now() - given });
      next();
    },
    error: (error) => {
      failed = error;
      next();
    },
  });
  encoder.configure(config);
  for (let i = 0; i < frames.length && !failed; i++) {
    const frame = input(i);
    const came = new Promise<void>((resolve) => {
      next = resolve;
      setTimeout(resolve, 400); // a frame that is left out never comes
    });
    given = performance.now();
    encoder.encode(frame, { keyFrame: i === 0, ...options?.(i) });
    frame.close();
    await came;
  }
  await encoder.flush().catch(() => undefined);
  if (encoder.state !== "closed") encoder.close();
  if (failed) throw failed;
  return chunks;
}

/** Decodes what was encoded last; looks at the pictures only if asked to, so that the time of decoding can be taken alone. */
export async function decode(
  look?: (luma: Luma, index: number) => void,
  only: (e: Encoded, i: number) => boolean = () => true,
): Promise<{ came: number; error?: string }> {
  let came = 0;
  let error: string | undefined;
  const looking: Promise<void>[] = [];
  const decoder = new VideoDecoder({
    output: (frame) => {
      came++;
      const index = Math.round((frame.timestamp * source.fps) / 1e6);
      if (look) looking.push(lumaOf(frame).then((l) => look(l, index)));
      else frame.close();
    },
    error: (e) => {
      error = `${e}`;
    },
  });
  decoder.configure({ ...decoderConfig, hardwareAcceleration: "prefer-software", optimizeForLatency: true });
  for (const [i, e] of chunks.entries()) {
    if (decoder.state === "closed" || !only(e, i)) continue;
    decoder.decode(e.chunk);
    while (decoder.decodeQueueSize > 2) await dequeued(decoder);
    await Promise.all(looking.splice(0));
  }
  if (decoder.state === "configured") await decoder.flush().catch(() => undefined);
  await Promise.all(looking);
  if (decoder.state !== "closed") decoder.close();
  return { came, error };
}

/** Waits until a decoder has taken something, or for as long as one takes that never will. */
const dequeued = (decoder: VideoDecoder) =>
  new Promise<void>((resolve) => {
    decoder.addEventListener("dequeue", () => resolve(), { once: true });
    setTimeout(resolve, 100);
  });

/** The luma of a frame, which is closed. */
export async function lumaOf(frame: VideoFrame): Promise<Luma> {
  const { width, height } = source;
  const data = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(data);
  frame.close();
  const y = new Uint8Array(width * height);
  for (let row = 0; row < height; row++)
    y.set(data.subarray(offset + row * stride, offset + row * stride + width), row * width);
  return { width, height, y };
}

/** Compares what was encoded last with what was drawn. */
export async function figures(): Promise<Figures> {
  const sizes = chunks.map(({ chunk }) => chunk.byteLength);
  const after = sizes.slice(1);
  const [ps, ss]: number[][] = [[], []];
  await decode((l, i) => {
    ps.push(psnr(original(i), l));
    ss.push(ssim(original(i), l));
  });
  const upper = chunks.some(({ temporal }) => temporal > 0);
  const base = upper ? await decode(undefined, ({ temporal }) => temporal === 0) : undefined;
  const seconds = (count() - 1) / source.fps;
  const total = sum(sizes);
  return {
    frames: chunks.length,
    of: count(),
    kbps: (sum(after) * 8) / seconds / 1000,
    peak: worstSecond(),
    key: sizes[0],
    largest: Math.max(...after),
    psnr: sum(ps) / ps.length,
    ssim: sum(ss) / ss.length,
    worst: ss.sort((a, b) => a - b)[Math.floor(ss.length / 10)],
    ms: median(chunks.map(({ ms }) => ms)),
    layers: [0, 1, 2].map((t) => sum(chunks.map((e) => (e.temporal === t ? e.chunk.byteLength : 0))) / total),
    base: !base || (!base.error && base.came === chunks.filter(({ temporal }) => temporal === 0).length),
  };
}

function worstSecond(): number {
  let most = 0;
  const at = chunks.map(({ chunk }) => chunk.timestamp / 1e6);
  for (let i = 1; i < chunks.length; i++) {
    let bytes = 0;
    for (let j = i; j < chunks.length && at[j] < at[i] + 1 - 1e-4; j++) bytes += chunks[j].chunk.byteLength;
    most = Math.max(most, (bytes * 8) / 1000);
  }
  return most;
}

export const sum = (of: number[]): number => of.reduce((a, b) => a + b, 0);
export const median = (of: number[]): number => [...of].sort((a, b) => a - b)[of.length >> 1];
