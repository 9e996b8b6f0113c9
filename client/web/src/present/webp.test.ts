import { expect, test } from "vitest";
import { type Encode, encode } from "./webp";

/** A canvas of which only the size counts. */
const canvas = { width: 1280, height: 720 } as HTMLCanvasElement;

/** An encoder whose files have so many bytes at their best, and less with less quality; it notes what was tried. */
function encoder(lossless: number, lossy: number) {
  const tried: number[] = [];
  const write: Encode = async (_, quality) => {
    tried.push(quality);
    return { size: quality === 1 ? lossless : Math.round(lossy * quality) } as Blob;
  };
  return { write, tried };
}

test("a page that is small at its best is that in both qualities", async () => {
  const { write, tried } = encoder(9000, 1e9);
  const page = await encode(canvas, write);
  expect(page).toMatchObject({ lo: { size: 9000 }, hi: { size: 9000 }, width: 1280, height: 720 });
  expect(tried).toEqual([1]);
});

test("other pages are as good as they may be large", async () => {
  const page = await encode(canvas, encoder(45_000, 60_000).write);
  expect(page?.hi.size).toBe(45_000);
  expect(page?.lo.size).toBeLessThanOrEqual(20_000);
  expect(page?.lo.size).toBeGreaterThan(17_000);
  const photo = await encode(canvas, encoder(900_000, 80_000).write);
  expect(photo?.hi.size).toBeLessThanOrEqual(50_000);
  expect(photo?.hi.size).toBeGreaterThan(45_000);
});

test("a browser that writes no WebP is told apart", async () => {
  expect(await encode(canvas, async () => undefined)).toBeUndefined();
});
