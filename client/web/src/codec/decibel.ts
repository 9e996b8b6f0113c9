// Apart from voice activity, which the page's first file does not need.

/** 10 log10 of a mean power, -130 at the least. */
export function dB(power: number): number {
  return 10 * Math.log10(power + 1e-13);
}
