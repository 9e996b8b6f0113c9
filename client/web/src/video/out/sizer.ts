// Stills as good as their bytes allow.

const least = 8000; // bit/s
const most = 30_000_000;

/**
 * Searches the bit rate at which a fresh encoder's key frame just fits into a budget. Encoders offer no size, and not all a
 * quantizer, but the first frame of each grows with the bit rate that it is configured for.
 */
export class Sizer {
  /** Bit/s to try. */
  bitrate: number;
  #most = most; // what was too large last
  #large = 0; // times in a row

  constructor(bitrate: number) {
    this.bitrate = bitrate;
  }

  /** Whether nothing smaller can be tried. */
  get coarsest(): boolean {
    return this.bitrate <= least * 2;
  }

  /** Judges a try by its bytes: good, or to be tried again at the new bitrate, if there is room for tries. */
  judge(bytes: number, budget: number): "good" | "small" | "large" {
    const share = bytes / budget;
    const from = this.bitrate;
    if (share > 1) {
      this.#most = from;
      // Near its floor an encoder hardly heeds the bit rate: what fails twice is tried at the floor itself.
      this.#set(this.#large++ ? least : from * Math.min(0.8, (0.9 / share) ** 1.2));
      return "large";
    }
    this.#large = 0;
    if (share > 0.75 || from >= most) return "good";
    const next = from * Math.min(8, 0.9 / share);
    this.#set(next < this.#most ? next : Math.sqrt(from * this.#most));
    this.#most = Math.min(most, this.#most * 1.5); // pictures change
    return this.bitrate > from * 1.05 ? "small" : "good";
  }

  #set(bitrate: number): void {
    this.bitrate = Math.round(Math.min(most, Math.max(least, bitrate)));
  }
}
