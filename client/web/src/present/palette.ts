// A page in few colours: what is drawn needs no more, and lossless WebP packs up to 16 of them, and 4 better still, where it has none of the rings that lossy text has.

const bits = 5; // of each channel that a bin of the histogram keeps
const drawn = 4096; // bins: who has more is a photograph
const rounds = 8;

type Colour = readonly [number, number, number];

interface Bin {
  key: number;
  count: number;
  colour: Colour;
}

/** The colours of a picture, roughly, and how often they occur. */
export class Histogram {
  private readonly bins: Bin[] = [];

  /** Counts the pixels of an opaque picture, RGBA. */
  constructor(private readonly pixels: Uint8ClampedArray) {
    const counts = new Uint32Array(1 << (3 * bits));
    const sums = new Float64Array(3 << (3 * bits));
    for (let i = 0; i < pixels.length; i += 4) {
      const key = keyOf(pixels, i);
      counts[key]++;
      for (let c = 0; c < 3; c++) sums[3 * key + c] += pixels[i + c];
    }
    counts.forEach((count, key) => {
      const mean = (c: number) => sums[3 * key + c] / count;
      if (count) this.bins.push({ key, count, colour: [mean(0), mean(1), mean(2)] });
    });
  }

  /** Whether the picture is one of few colours. */
  get drawn(): boolean {
    return this.bins.length <= drawn;
  }

  /** The picture in so many colours at most, chosen for it. */
  reduced(most: number): Uint8ClampedArray<ArrayBuffer> {
    const { colours, nearest } = this.cluster(most);
    const of = new Uint8Array(1 << (3 * bits));
    this.bins.forEach(({ key }, i) => {
      of[key] = nearest[i];
    });
    const out = new Uint8ClampedArray(this.pixels.length).fill(255);
    for (let i = 0; i < out.length; i += 4) {
      const colour = colours[of[keyOf(this.pixels, i)]];
      for (let c = 0; c < 3; c++) out[i + c] = colour[c];
    }
    return out;
  }

  /** k-means from colours that are far apart. Roots of counts: a sheet is mostly paper. */
  private cluster(most: number): { colours: Colour[]; nearest: Uint8Array } {
    const { bins } = this;
    const colours = this.seeds(most);
    const nearest = new Uint8Array(bins.length);
    for (let round = 1; round <= rounds; round++) {
      const groups = colours.map(() => ({ weight: 0, sum: [0, 0, 0], count: 0, top: bins[0], tops: 0 }));
      bins.forEach((bin, i) => {
        nearest[i] = closest(colours, bin.colour);
        const group = groups[nearest[i]];
        const weight = Math.sqrt(bin.count);
        group.weight += weight;
        group.count += bin.count;
        bin.colour.forEach((v, c) => {
          group.sum[c] += weight * v;
        });
        if (bin.count > group.tops) [group.top, group.tops] = [bin, bin.count];
      });
      groups.forEach(({ weight, sum, count, top, tops }, i) => {
        // Paper and ink are what they are, not what their edges make of them.
        const ruled = round > rounds / 2 && tops > count / 2;
        if (weight) colours[i] = ruled ? top.colour : [sum[0] / weight, sum[1] / weight, sum[2] / weight];
      });
    }
    return { colours, nearest };
  }

  /** The most frequent colour, then again and again the one that is furthest from all before, by how often it occurs. */
  private seeds(most: number): Colour[] {
    const { bins } = this;
    const seeds = [bins.reduce((a, b) => (b.count > a.count ? b : a)).colour];
    const away = bins.map(({ colour }) => distance(colour, seeds[0]));
    while (seeds.length < most) {
      let [next, best] = [-1, 0];
      bins.forEach(({ count }, i) => {
        const merit = Math.sqrt(count) * away[i];
        if (merit > best) [next, best] = [i, merit];
      });
      if (next < 0) break;
      const { colour } = bins[next];
      seeds.push(colour);
      bins.forEach((bin, i) => {
        away[i] = Math.min(away[i], distance(bin.colour, colour));
      });
    }
    return seeds;
  }
}

const keyOf = (p: Uint8ClampedArray, i: number) => ((p[i] >> 3) << 10) | ((p[i + 1] >> 3) << 5) | (p[i + 2] >> 3);

const distance = (a: Colour, b: Colour) => 2 * (a[0] - b[0]) ** 2 + 4 * (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

function closest(colours: readonly Colour[], to: Colour): number {
  let [index, least] = [0, Number.POSITIVE_INFINITY];
  colours.forEach((colour, i) => {
    const d = distance(colour, to);
    if (d < least) [index, least] = [i, d];
  });
  return index;
}
