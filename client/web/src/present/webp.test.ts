import { expect, test } from "vitest";
import { type Attempt, encode, NoWebP, type Tried, type Way } from "./webp";

/** A canvas of which only the size counts. */
const canvas = { width: 1280, height: 720 } as HTMLCanvasElement;

const tried = (size: number, error: number) => ({ blob: { size } as Blob, error });

/** A page that has so many bytes at its best, and in few colours and with loss what two functions say. */
function page(lossless: number, coloured: (colours: number) => Tried | undefined, lossy: (way: Way) => Tried): Attempt {
  return async (way) => {
    if (way.colours) return coloured(way.colours) && (way.scale < 1 ? tried(9000, 500) : coloured(way.colours));
    return way.quality === 1 ? tried(lossless, 0) : lossy(way);
  };
}

const blurred = ({ scale }: Way) => tried(60_000 * scale, 200 / scale); // text with loss: large, and of rings

test("a page that is small at its best is that in both qualities", async () => {
  const found = await encode(
    canvas,
    page(9000, () => tried(100, 0), blurred),
  );
  expect(found).toMatchObject({ lo: { size: 9000 }, hi: { size: 9000 }, width: 1280, height: 720 });
});

test("text is of few colours: the fewest that read well, and as many as are good", async () => {
  const found = await encode(
    canvas,
    page(90_000, (n) => tried(4000 * n, 320 / n), blurred),
  );
  expect(found).toMatchObject({ lo: { size: 12_000 }, hi: { size: 24_000 } }); // 3 and 6
});

test("a dense page is as good as it has to be, and larger for that", async () => {
  const found = await encode(
    canvas,
    page(90_000, (n) => tried(6000 * n, 300 / n), blurred),
  );
  expect(found).toMatchObject({ lo: { size: 18_000 }, hi: { size: 30_000 } });
  const denser = await encode(
    canvas,
    page(90_000, (n) => tried(9000 * n, 300 / n), blurred),
  );
  expect(denser).toMatchObject({ lo: { size: 9000 }, hi: { size: 45_000 } });
});

test("a photograph is one with loss", async () => {
  const photo = ({ scale, quality }: Way) => tried(40_000 * scale * quality, 10 / scale / quality);
  const found = await encode(
    canvas,
    page(900_000, () => undefined, photo),
  );
  expect(found).toMatchObject({ hi: { size: 28_000 } }); // .7
  expect(found?.lo.size).toBeGreaterThan(9000);
  expect(found?.lo.size).toBeLessThanOrEqual(13_000);
});

test("of what is too large in every way the smallest is taken", async () => {
  const noise = ({ scale, quality }: Way) => tried(1e6 * scale * (1 + quality), 1000);
  const found = await encode(
    canvas,
    page(3e6, () => undefined, noise),
  );
  expect(found).toMatchObject({ lo: { size: 315_000 }, hi: { size: 525_000 } });
});

test("a browser that writes no WebP is told apart", async () => {
  const none = async () => {
    throw new NoWebP();
  };
  expect(await encode(canvas, none)).toBeUndefined();
});
