// Chance that is the same each time, and surfaces made of it. Runs in a page.

/** Numbers from 0 to below 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A grey surface of specks, each about as many pixels wide, around middle grey by so much. */
export function texture(width: number, height: number, speck: number, contrast: number): OffscreenCanvas {
  const dice = random(speck * 1000 + contrast);
  const small = field(Math.ceil(width / speck), Math.ceil(height / speck), () => [
    128 + contrast * (dice() - 0.5),
    255,
  ]);
  const canvas = new OffscreenCanvas(width, height);
  const to = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  to.imageSmoothingQuality = "high";
  to.drawImage(small, 0, 0, width, height);
  to.globalAlpha = 0.5;
  to.drawImage(
    field(width, height, () => [128 + contrast * (dice() - 0.5), 255]),
    0,
    0,
  );
  return canvas;
}

/** What a sensor adds: black and white that hardly cover, about normally distributed by so many levels. */
export function noise(width: number, height: number, levels: number): OffscreenCanvas {
  const dice = random(levels);
  return field(width, height, () => {
    const by = (dice() + dice() + dice() + dice() - 2) * 1.73 * levels * 2;
    return [by < 0 ? 0 : 255, Math.abs(by) * 2];
  });
}

function field(width: number, height: number, pixel: () => [grey: number, alpha: number]): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const to = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  const image = to.createImageData(width, height);
  for (let i = 0; i < image.data.length; i += 4) {
    const [grey, alpha] = pixel();
    image.data.fill(grey, i, i + 3);
    image.data[i + 3] = alpha;
  }
  to.putImageData(image, 0, 0);
  return canvas;
}
