// A page as WebP, small enough. It is tried in several ways, and each is compared with the page: text in few colours without loss, photographs with loss.

import { Histogram } from "./palette";

const tv = { width: 1280, height: 720 }; // on which a page in few bytes is read

/** What a quality of a page may cost, in bytes, and how far it may be from the page: the mean square of what differs, of levels 0 to 255. */
interface Aim {
  enough: number; // error
  good: number; // bytes: better than enough as long as it is no more than these
  most: number;
}

const aimLo: Aim = { enough: 145, good: 13_000, most: 20_000 }; // 26.5 dB: text reads as it does on paper, seen from the seats
const aimHi: Aim = { enough: 65, good: 30_000, most: 50_000 }; // 30 dB
const both = 13_000; // bytes: a page that is no larger at its best needs no other

/** A way to encode: a part of the width, colours if there shall be few, quality; 1 is without loss. */
export interface Way {
  scale: number;
  colours?: number;
  quality: number;
}

const exact: Way = { scale: 1, quality: 1 };
const coloured = (scale: number, ...all: number[]): Way[] => all.map((colours) => ({ scale, colours, quality: 1 }));
const lossy = (scale: number, ...all: number[]): Way[] => all.map((quality) => ({ scale, quality }));

// What is tried together, each larger than the one before; the last only if nothing else fits.
const waysLo = [
  coloured(1, 3, 4, 5, 6),
  coloured(0.84, 4, 5, 6, 8),
  lossy(1, 0.1, 0.25, 0.4, 0.6),
  lossy(0.84, 0.1, 0.3),
  lossy(0.7, 0.1, 0.3),
  [...lossy(0.3, 0.05), ...lossy(0.5, 0.05)],
];
const waysHi = [
  coloured(1, 4, 5, 6, 8, 16),
  lossy(1, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85),
  [...lossy(0.5, 0.05, 0.2), ...lossy(0.75, 0.1, 0.3)],
];

/** A page in few bytes and in full quality. */
export interface Encoded {
  lo: Blob;
  hi: Blob;
  width: number; // px of hi
  height: number;
}

/** An encoding, and its error. */
export interface Tried {
  blob: Blob;
  error: number;
}

/** Encodes a page, or as a small television shows it, in one way; undefined: this way is not for it. Throws where the browser writes no WebP. Tests bring their own. */
export type Attempt = (way: Way, small: boolean) => Promise<Tried | undefined>;

/** Thrown where the browser writes something else. */
export class NoWebP extends Error {}

/** Encodes a page; undefined where the browser cannot write WebP. */
export async function encode(canvas: HTMLCanvasElement, attempt = attempts(canvas)): Promise<Encoded | undefined> {
  const { width, height } = canvas;
  try {
    const whole = await attempt(exact, false);
    if (!whole) return undefined;
    if (whole.blob.size <= both) return { lo: whole.blob, hi: whole.blob, width, height };
    const hi = await best(aimHi, waysHi, (way) => attempt(way, false), [whole]);
    const lo = hi.size <= both ? hi : await best(aimLo, waysLo, (way) => attempt(way, true));
    return { lo, hi, width, height };
  } catch (error) {
    if (error instanceof NoWebP) return undefined;
    throw error;
  }
}

/** The best that is good if one is near enough, else the smallest that is near enough, else the nearest that may be; the smallest if none may be. */
async function best(
  { enough, good, most }: Aim,
  ways: readonly Way[][],
  attempt: (way: Way) => Promise<Tried | undefined>,
  tried: Tried[] = [],
): Promise<Blob> {
  const may = () => tried.filter(({ blob }) => blob.size <= most);
  const near = () => may().filter(({ error }) => error <= enough);
  for (const together of ways) {
    if (together === ways.at(-1) && may().length) break;
    for (const way of together) {
      const one = await attempt(way);
      if (!one) break;
      tried.push(one);
      if (one.blob.size > (near().length ? good : most)) break;
    }
  }
  const nearest = (all: Tried[]) => all.sort((a, b) => a.error - b.error)[0];
  const smallest = (all: Tried[]) => all.sort((a, b) => a.blob.size - b.blob.size)[0];
  const found =
    nearest(near().filter(({ blob }) => blob.size <= good)) ?? smallest(near()) ?? nearest(may()) ?? smallest(tried);
  return found.blob;
}

/** A page in a size, of which things are kept that several ways need. */
class View {
  readonly #pixels: Uint8ClampedArray;
  readonly #scaled = new Map<number, { canvas: HTMLCanvasElement; histogram?: Histogram }>();

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#pixels = pixelsOf(canvas).data;
    this.#scaled.set(1, { canvas });
  }

  async attempt({ scale, colours, quality }: Way): Promise<Tried | undefined> {
    const { width, height } = this.canvas;
    const of = this.#scaled.get(scale) ?? { canvas: scaled(this.canvas, width * scale, height * scale) };
    this.#scaled.set(scale, of);
    let { canvas } = of;
    if (colours) {
      of.histogram ??= new Histogram(pixelsOf(canvas).data);
      if (!of.histogram.drawn) return undefined;
      canvas = scaled(canvas);
      contextOf(canvas).putImageData(new ImageData(of.histogram.reduced(colours), canvas.width), 0, 0);
    }
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/webp", quality));
    if (blob?.type !== "image/webp") throw new NoWebP();
    return { blob, error: quality === 1 && !colours ? 0 : await this.#error(blob) };
  }

  async #error(blob: Blob): Promise<number> {
    const { width, height } = this.canvas;
    const picture = await createImageBitmap(blob);
    const seen = pixelsOf(scaled(picture, width, height)).data;
    picture.close();
    let sum = 0;
    for (let i = 0; i < seen.length; i++) sum += (seen[i] - this.#pixels[i]) ** 2;
    return sum / (0.75 * seen.length); // alpha never differs
  }
}

function attempts(canvas: HTMLCanvasElement): Attempt {
  const views = new Map<boolean, View>();
  return (way, small) => {
    const fit = Math.min(tv.width / canvas.width, tv.height / canvas.height, 1);
    const view = views.get(small) ?? new View(small ? scaled(canvas, fit * canvas.width, fit * canvas.height) : canvas);
    views.set(small, view);
    return view.attempt(way);
  };
}

function pixelsOf(canvas: HTMLCanvasElement): ImageData {
  const { width, height } = canvas;
  return contextOf(canvas).getImageData(0, 0, width, height);
}

/** A picture in another size. */
function scaled(
  picture: HTMLCanvasElement | ImageBitmap,
  width = picture.width,
  height = picture.height,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(Math.round(width), 1);
  canvas.height = Math.max(Math.round(height), 1);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** On which pixels are read: that is faster of one that is not the graphics card's. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new NoWebP();
  return context;
}
