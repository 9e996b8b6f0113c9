// How near a picture is to what was sent. Runs in a page.

/** The luma of a picture, one byte a pixel, rows without padding. */
export interface Luma {
  width: number;
  height: number;
  y: Uint8Array;
}

/** Peak signal-to-noise ratio in dB; 60 for equal pictures. */
export function psnr(a: Luma, b: Luma): number {
  let sum = 0;
  for (let i = 0; i < a.y.length; i++) sum += (a.y[i] - b.y[i]) ** 2;
  return Math.min(60, 10 * Math.log10((255 * 255 * a.y.length) / Math.max(sum, 1e-9)));
}

/** Structural similarity (Wang 2004), the mean over windows of 8x8 every four pixels; 1 for equal pictures. */
export function ssim(a: Luma, b: Luma): number {
  let [sum, windows] = [0, 0];
  for (let top = 0; top + 8 <= a.height; top += 4) {
    for (let left = 0; left + 8 <= a.width; left += 4) {
      sum += local(a, b, left, top);
      windows++;
    }
  }
  return sum / windows;
}

function local(a: Luma, b: Luma, left: number, top: number): number {
  let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + 8; y++) {
    for (let i = y * a.width + left, end = i + 8; i < end; i++) {
      const [p, q] = [a.y[i], b.y[i]];
      sa += p;
      sb += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  const [ma, mb] = [sa / 64, sb / 64];
  const [va, vb, cov] = [aa / 64 - ma * ma, bb / 64 - mb * mb, ab / 64 - ma * mb];
  const [c1, c2] = [6.5025, 58.5225];
  return ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
}
