// The number of a picture, written into it: nine by two cells at the bottom left, each as wide as a twentieth of the picture, so that they survive 160x90 and few bits.
// White and black to compare with, twelve bits in Gray's code (from picture to picture one cell changes), three marks and a parity. Runs in pages.

/** How many numbers there are. */
export const numbers = 1 << 12;

const [columns, rows] = [9, 2];
const marks: number[] = [1, 0, 1];

/** The cells of a number, row by row, 1 white. */
export function cells(number: number): number[] {
  const gray = number ^ (number >> 1);
  const bits: number[] = Array.from({ length: 12 }, (_, i) => (gray >> i) & 1);
  const parity = bits.reduce((a, b) => a ^ b, 0);
  const all = [...bits, ...marks, parity];
  return [1, ...all.slice(0, columns - 1), 0, ...all.slice(columns - 1)];
}

/** The number that the brightness of the cells says; undefined if they say none. */
export function numberOf(brightness: number[]): number | undefined {
  const [white, black] = [brightness[0], brightness[columns]];
  if (white - black < 40) return undefined;
  const bits: number[] = brightness.filter((_, i) => i % columns).map((b) => (b > (white + black) / 2 ? 1 : 0));
  const parity = bits.slice(0, 12).reduce((a, b) => a ^ b, 0);
  if (parity !== bits[15] || marks.some((mark, i) => bits[12 + i] !== mark)) return undefined;
  let number = 0;
  for (let gray = bits.slice(0, 12).reduce((all, bit, i) => all | (bit << i), 0); gray; gray >>= 1) number ^= gray;
  return number;
}

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** Writes the number of a picture that fills the canvas. */
export function write(to: Context, of: number): void {
  const cell = to.canvas.width / 20;
  for (const [i, bit] of cells(of).entries()) {
    to.fillStyle = bit ? "#e8e8e8" : "#181818";
    to.fillRect((i % columns) * cell, to.canvas.height - (rows - Math.floor(i / columns)) * cell, cell + 1, cell + 1);
  }
}

let small: OffscreenCanvasRenderingContext2D | null | undefined;

/** Reads the number of a picture; undefined if there is none to be read. */
export function read(picture: CanvasImageSource, width: number, height: number): number | undefined {
  small ??= new OffscreenCanvas(columns * 4, rows * 4).getContext("2d", { willReadFrequently: true });
  if (!small) return undefined;
  const cell = width / 20;
  small.drawImage(picture, 0, height - rows * cell, columns * cell, rows * cell, 0, 0, columns * 4, rows * 4);
  const { data } = small.getImageData(0, 0, columns * 4, rows * 4);
  const at = (x: number, y: number) => data[4 * (y * columns * 4 + x) + 1];
  const brightness = (i: number) => {
    const [x, y] = [(i % columns) * 4, Math.floor(i / columns) * 4];
    return (at(x + 1, y + 1) + at(x + 2, y + 1) + at(x + 1, y + 2) + at(x + 2, y + 2)) / 4;
  };
  return numberOf(Array.from({ length: columns * rows }, (_, i) => brightness(i)));
}
