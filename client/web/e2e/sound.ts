// How alike two sounds are to an ear: the envelopes of 15 third-octave bands. The waveforms themselves mean nothing after a speech codec.

const bands = 15;
const lowest = 150; // Hz, centre of the first band
const hop = 0.0128; // s between envelope values
const size = 1024;

/** Mono sound, samples between -1 and 1. */
export interface Sound {
  rate: number;
  samples: Float32Array;
}

/** Loudness of a sound in dB of full scale. */
export function loudness({ samples }: Sound): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return 10 * Math.log10(sum / Math.max(samples.length, 1) + 1e-12);
}

/** A part of a sound, by seconds. */
export function cut(sound: Sound, from: number, to: number): Sound {
  return { rate: sound.rate, samples: sound.samples.subarray(from * sound.rate, to * sound.rate) };
}

/** The best correlation of the envelopes of a (short) with any place in b (longer), -1 to 1, and that place in seconds. */
export function likeness(a: Sound, b: Sound): { correlation: number; at: number } {
  const ea = envelopes(a);
  const eb = envelopes(b);
  const frames = ea[0].length;
  let best = { correlation: -1, at: 0 };
  for (let shift = 0; shift + frames <= eb[0].length; shift++) {
    let sum = 0;
    for (let band = 0; band < bands; band++) sum += pearson(ea[band], eb[band].subarray(shift, shift + frames));
    if (sum / bands > best.correlation) best = { correlation: sum / bands, at: shift * hop };
  }
  return best;
}

/** The mean likeness of the parts of a, each of so many seconds: a jitter buffer shifts speech by some tens of ms within a sentence. */
export function likenessInParts(a: Sound, b: Sound, seconds: number): number {
  const parts = Math.floor(a.samples.length / a.rate / seconds);
  let sum = 0;
  for (let i = 0; i < parts; i++) sum += likeness(cut(a, i * seconds, (i + 1) * seconds), b).correlation;
  return sum / parts;
}

function pearson(a: Float32Array, b: Float32Array): number {
  let ma = 0;
  let mb = 0;
  for (let i = 0; i < a.length; i++) {
    ma += a[i] / a.length;
    mb += b[i] / a.length;
  }
  let ab = 0;
  let aa = 1e-12;
  let bb = 1e-12;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The square root of the power in each band over time. */
function envelopes({ rate, samples }: Sound): Float32Array[] {
  const step = Math.round(hop * rate);
  const frames = Math.max(0, Math.floor((samples.length - size) / step) + 1);
  const out = Array.from({ length: bands }, () => new Float32Array(frames));
  const window = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const edges = Array.from({ length: bands + 1 }, (_, i) => Math.round((lowest * 2 ** ((i - 0.5) / 3) * size) / rate));
  const re = new Float32Array(size);
  const im = new Float32Array(size);
  for (let f = 0; f < frames; f++) {
    for (let i = 0; i < size; i++) re[i] = samples[f * step + i] * window[i];
    im.fill(0);
    fourier(re, im);
    for (let band = 0; band < bands; band++) {
      let power = 0;
      for (let k = edges[band]; k < Math.max(edges[band + 1], edges[band] + 1); k++) power += re[k] ** 2 + im[k] ** 2;
      out[band][f] = Math.sqrt(power);
    }
  }
  return out;
}

/** The discrete Fourier transform, radix 2, in place. */
function fourier(re: Float32Array, im: Float32Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let len = 2; len <= n; len <<= 1) {
    for (let start = 0; start < n; start += len) {
      for (let k = 0; k < len / 2; k++) {
        const angle = (-2 * Math.PI * k) / len;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [p, q] = [start + k, start + k + len / 2];
        const [tr, ti] = [re[q] * c - im[q] * s, re[q] * s + im[q] * c];
        [re[q], im[q]] = [re[p] - tr, im[p] - ti];
        re[p] += tr;
        im[p] += ti;
      }
    }
  }
}

/** A WAV file, 16 bit mono. */
export function wav({ rate, samples }: Sound): Buffer {
  const b = Buffer.alloc(44 + 2 * samples.length);
  b.write("RIFF", 0);
  b.writeUInt32LE(36 + 2 * samples.length, 4);
  b.write("WAVEfmt ", 8);
  b.writeUInt32LE(16, 16);
  b.writeUInt16LE(1, 20);
  b.writeUInt16LE(1, 22);
  b.writeUInt32LE(rate, 24);
  b.writeUInt32LE(2 * rate, 28);
  b.writeUInt16LE(2, 32);
  b.writeUInt16LE(16, 34);
  b.write("data", 36);
  b.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((s, i) => {
    b.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(s * 32767))), 44 + 2 * i);
  });
  return b;
}
