// A page as WebP, small enough: as good as it can be if that fits, else as good as fits, and of fewer pixels only when that would not be readable.

const mostLo = 20_000; // bytes
const mostHi = 50_000;
const soonLo = 13_000; // if a page looks no worse than that: a thin line carries it in 4 s

/** A page in few bytes and in full quality. */
export interface Encoded {
  lo: Blob;
  hi: Blob;
  width: number; // px of hi
  height: number;
}

/** How a page is tried: its width in parts of the whole, and the worst quality that is worth it there. */
const ways: readonly [scale: number, least: number][] = [
  [1, 0.25],
  [0.75, 0.3],
  [0.56, 0.3],
  [0.4, 0.05],
];

const steps = 4; // of the search between two qualities
const best = 0.92;

/** What encodes: tests bring their own. undefined: not a WebP. */
export type Encode = (canvas: HTMLCanvasElement, quality: number) => Promise<Blob | undefined>;

const browser: Encode = (canvas, quality) =>
  new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob?.type === "image/webp" ? blob : undefined), "image/webp", quality);
  });

/** Encodes a page; undefined where the browser cannot write WebP. */
export async function encode(canvas: HTMLCanvasElement, write = browser): Promise<Encoded | undefined> {
  const whole = await write(canvas, 1);
  if (!whole) return undefined;
  const { width, height } = canvas;
  if (whole.size <= mostLo) return { lo: whole, hi: whole, width, height };
  const hi = whole.size <= mostHi ? whole : await squeeze(canvas, mostHi, write);
  const soon = await squeeze(canvas, soonLo, write, [[1, 0.4]]);
  const lo = soon && soon.size <= soonLo ? soon : await squeeze(canvas, mostLo, write);
  return hi && lo && { lo, hi, width, height };
}

/** The best encoding of at most so many bytes; the smallest if there is none. */
async function squeeze(canvas: HTMLCanvasElement, most: number, write: Encode, by = ways): Promise<Blob | undefined> {
  let found: Blob | undefined;
  for (const [scale, least] of by) {
    const small = scale === 1 ? canvas : scaled(canvas, scale);
    found = await write(small, least);
    if (!found || found.size > most) continue;
    let [low, high] = [least, best];
    for (let i = 0; i < steps; i++) {
      const quality = (low + high) / 2;
      const blob = await write(small, quality);
      if (blob && blob.size <= most) [found, low] = [blob, quality];
      else high = quality;
    }
    return found;
  }
  return found;
}

function scaled(canvas: HTMLCanvasElement, scale: number): HTMLCanvasElement {
  const small = document.createElement("canvas");
  small.width = Math.max(Math.round(canvas.width * scale), 1);
  small.height = Math.max(Math.round(canvas.height * scale), 1);
  const context = small.getContext("2d");
  if (context) {
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, 0, 0, small.width, small.height);
  }
  return small;
}
