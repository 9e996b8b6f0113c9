// Hop 12: a voice's ring of sound that can be played faster or slower without changing the pitch. Pure.

const size = 1 << 16; // samples, 1.37 s
const mask = size - 1;
const least = 120; // samples, shortest piece cut out or played twice: 2.5 ms, the period of a 400 Hz voice
const most = 720; // longest: 15 ms, 67 Hz
const overlap = 480; // samples of a crossfade and of the search for similarity: 10 ms
const step = 4; // samples that the first, coarse search takes as one
const pace = 240; // samples of debt from which a splice is due
const reserve = 960; // samples that speeding up leaves in the ring: it must never starve it
const alike = 0.5; // similarity from which a splice is inaudible
const hush = 1e-6; // mean power, -60 dBov: nobody hears a splice there,
const calm = 0.003; // nor in what is 25 dB below the loudest
const forget = 0.995; // of the last seconds: its power's decay per 10 ms

/**
 * Waveform-similarity overlap-add, done only where it is needed: at rate 1 samples are copied untouched; else, whenever
 * 5 ms are owed, the read position jumps to where the sound goes on most alike, by 2.5 to 15 ms, with a crossfade. In the
 * pauses of speech it does so twice as fast.
 */
export class Stretcher {
  /** Playing speed: 1.25 plays 1.25 s of sound in 1 s. Useful from 0.6 to 1.6. */
  rate = 1;
  #ring = new Float32Array(size);
  #read = 0; // positions count from the beginning and never wrap; the ring's index is position & mask
  #write = 0;
  #old = 0; // where the sound that fades out is read
  #fade = 0; // samples of crossfade left
  #likeness = 0; // of the two sounds of the crossfade, 0..1
  #debt = 0; // samples to skip (> 0) or to insert (< 0)
  #wait = 0; // samples until the next look at the debt
  #loudest = 0; // mean power of 10 ms, decaying
  #calm = false; // the next 10 ms are a pause
  #stretched = 0;

  /** Samples that wait. */
  get length(): number {
    return this.#write - this.#read;
  }

  /** Samples cut out or played twice since the beginning. */
  get stretched(): number {
    return this.#stretched;
  }

  /** Appends sound. What does not fit drops the oldest. */
  push(pcm: Float32Array): void {
    for (let i = 0; i < pcm.length; i++) this.#ring[(this.#write + i) & mask] = pcm[i];
    this.#write += pcm.length;
    const oldest = this.#write - size + most; // history is kept: slowing down plays it again
    if (this.#read >= oldest) return;
    this.#read = oldest;
    this.#fade = 0;
  }

  /** Takes up to `out.length` samples into the beginning of `out`. @returns how many; fewer when the ring is empty. */
  pull(out: Float32Array): number {
    let done = 0;
    while (done < out.length && this.length > 0) {
      if (this.#fade === 0 && this.#wait <= 0) this.#consider();
      const limit = Math.min(out.length - done, this.length, this.#fade || this.#wait);
      if (this.#fade > 0) this.#mix(out, done, limit);
      else for (let i = 0; i < limit; i++) out[done + i] = this.#ring[(this.#read + i) & mask];
      this.#read += limit;
      this.#wait -= limit;
      this.#debt += (this.rate - 1) * (this.#calm ? 2 : 1) * limit;
      done += limit;
    }
    return done;
  }

  /** Crossfades `count` samples; the weights keep the power also for sounds that are not quite alike. */
  #mix(out: Float32Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const w = fadeIn[overlap - this.#fade--];
      const v = 1 - w;
      const even = 1 / Math.sqrt(w * w + v * v + 2 * w * v * this.#likeness);
      out[at + i] = even * (w * this.#ring[(this.#read + i) & mask] + v * this.#ring[(this.#old + i) & mask]);
    }
    this.#old += count;
  }

  /** Decides every 10 ms whether to jump, and how far. */
  #consider(): void {
    this.#wait = overlap;
    this.#look();
    if (this.rate === 1) this.#debt = 0;
    const forward = this.#debt >= pace;
    if (!forward && this.#debt > -pace) return;
    if (this.length < (forward ? reserve + most + overlap : overlap)) return;
    const owed = Math.abs(this.#debt);
    const { jump, likeness } = this.#calm ? anyJump(forward ? owed : -owed) : this.#best(forward);
    if (likeness < alike && owed < 4 * pace && !this.#calm) return; // a better place will come
    this.#old = this.#read;
    this.#read += jump;
    this.#debt -= jump;
    this.#stretched += Math.abs(jump);
    this.#fade = overlap;
    this.#likeness = Math.max(0, likeness);
  }

  /** Tells whether the next 10 ms are a pause. */
  #look(): void {
    let power = 0;
    const count = Math.min(overlap, this.length);
    for (let i = 0; i < count; i++) power += this.#ring[(this.#read + i) & mask] ** 2;
    power /= count;
    this.#loudest = Math.max(power, this.#loudest * forget);
    this.#calm = power < Math.max(hush, calm * this.#loudest);
  }

  #best(forward: boolean): Jump {
    const start = forward ? this.#read : this.#read - most;
    const sound = new Float32Array(most + overlap);
    for (let i = 0; i < sound.length; i++) sound[i] = this.#ring[(start + i) & mask];
    return bestJump(sound, forward ? 0 : most);
  }
}

const fadeIn = Float32Array.from({ length: overlap }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / overlap));

interface Jump {
  jump: number; // samples, negative = back
  likeness: number; // normalised correlation, -1..1; 1 if nobody can hear the difference
}

/** The jump that is owed, within the pause: one place is as good as another there. */
function anyJump(owed: number): Jump {
  const length = Math.round(Math.min(Math.max(Math.abs(owed), least), overlap));
  return { jump: owed < 0 ? -length : length, likeness: 0 };
}

/** The jump from `here` (0 or `most`, an index into `sound`) to where the next 10 ms sound most as they do here. */
function bestJump(sound: Float32Array, here: number): Jump {
  const coarse = new Float32Array(sound.length / step);
  for (let i = 0; i < sound.length; i++) coarse[Math.floor(i / step)] += sound[i];
  const first = search(coarse, here / step, overlap / step, least / step, most / step);
  const near = Math.abs(first.jump) * step;
  return search(sound, here, overlap, Math.max(least, near - step), Math.min(most, near + step));
}

function search(sound: Float32Array, here: number, length: number, from: number, to: number): Jump {
  const sign = here === 0 ? 1 : -1;
  const power = correlation(sound, here, here, length);
  let best: Jump = { jump: sign * to, likeness: -1 };
  for (let lag = from; lag <= to; lag++) {
    const there = here + sign * lag;
    const other = correlation(sound, there, there, length);
    const likeness =
      Math.max(power, other) < hush * length
        ? 1
        : correlation(sound, here, there, length) / Math.sqrt(power * other + 1e-12);
    if (likeness > best.likeness) best = { jump: sign * lag, likeness };
  }
  return best;
}

function correlation(sound: Float32Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += sound[a + i] * sound[b + i];
  return sum;
}
