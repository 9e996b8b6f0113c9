import { expect, test } from "vitest";
import { Histogram } from "./palette";

const picture = (pixels: number[][]) => Uint8ClampedArray.from(pixels.flatMap((p) => [...p, 255]));
const colours = (pixels: Uint8ClampedArray) => {
  const all = new Set<string>();
  for (let i = 0; i < pixels.length; i += 4) all.add(pixels.slice(i, i + 3).join());
  return all;
};

test("paper and ink stay what they are, and edges become few", () => {
  const grey = (n: number, v: number) => Array.from({ length: n }, () => [v, v, v]);
  const edges = Array.from({ length: 200 }, (_, i) => [20 + i, 20 + i, 20 + i]);
  const page = new Histogram(picture([...grey(5000, 255), ...grey(900, 0), ...edges]));
  expect(page.drawn).toBe(true);
  const few = colours(page.reduced(4));
  expect(few.size).toBe(4);
  expect(few).toContain("255,255,255");
  expect(few).toContain("0,0,0");
  expect(colours(page.reduced(2)).size).toBe(2);
});

test("a colour that is rare is not lost to shades of a frequent one", () => {
  const reds = Array.from({ length: 40 }, () => [190, 30, 35]);
  const paper = Array.from({ length: 9000 }, (_, i) => [255 - (i % 12), 255 - (i % 12), 255 - (i % 12)]);
  expect(colours(new Histogram(picture([...paper, ...reds])).reduced(2))).toContain("190,30,35");
});

test("fewer colours than there may be are kept", () => {
  const two = picture([
    [255, 255, 255],
    [10, 20, 30],
    [255, 255, 255],
  ]);
  expect([...new Histogram(two).reduced(16)]).toEqual([...two]);
});

test("a photograph is told apart", () => {
  const noise = Array.from({ length: 30_000 }, (_, i) => [
    (i * 7919) & 255,
    (i * 104729) & 255,
    (i * 31 + (i >> 5)) & 255,
  ]);
  expect(new Histogram(picture(noise)).drawn).toBe(false);
});
