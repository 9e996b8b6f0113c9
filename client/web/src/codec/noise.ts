// Hops 11 and 12: comfort noise. A silence that is not sent must not sound like a line that broke: what is heard between talkspurts
// is noise of the level and the colour that the hall had at the end of the last one. It costs no byte on the wire. Pure.

const order = 16; // coefficients: the slope of the spectrum and its broad humps
const memory = 0.25; // weight of a new frame: about the last 0.1 s counts
const quietest = 10 ** (-75 / 10); // mean power that nobody hears
const loudest = 10 ** (-36 / 10); // nobody's noise may be louder, whatever their frames say

/** All-pole filter and gain that make white noise of power 1 sound like the hall. */
export interface NoiseShape {
  gain: number;
  poles: number[]; // a1..a16 of y(n) = gain·u(n) − Σ ak·y(n − k)
}

/** Learns the noise of a hall from frames without voice. */
export class NoiseMeter {
  #correlation: Float64Array | undefined; // mean power at lags 0..16

  /** Takes decoded sound of at least 10 ms in which nobody speaks. */
  learn(pcm: Float32Array): void {
    const heard = autocorrelation(pcm);
    const mean = this.#correlation;
    if (mean) for (let k = 0; k <= order; k++) mean[k] += memory * (heard[k] - mean[k]);
    else this.#correlation = heard;
  }

  /** Forgets all: there is no noise. */
  reset(): void {
    this.#correlation = undefined;
  }

  /** The shape of what was learnt; undefined if nothing was, or it is too quiet to be heard. */
  get shape(): NoiseShape | undefined {
    const r = this.#correlation;
    return r && r[0] >= quietest ? predict(r) : undefined;
  }
}

/** Makes noise of a shape. */
export class NoiseMaker {
  #shape: NoiseShape | undefined;
  #past = new Float64Array(order); // last outputs, the newest at #at
  #at = 0;
  #state = 1;

  /** undefined: silence. The sound goes on without a step. */
  set shape(shape: NoiseShape | undefined) {
    this.#shape = shape;
    if (!shape) this.#past.fill(0);
  }

  get audible(): boolean {
    return this.#shape !== undefined;
  }

  /** The next sample. */
  next(): number {
    if (!this.#shape) return 0;
    const { gain, poles } = this.#shape;
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    let y = gain * Math.sqrt(12) * (this.#state / 2 ** 32 - 0.5);
    for (let k = 0; k < order; k++) y -= poles[k] * this.#past[(this.#at + k) % order];
    this.#at = (this.#at + order - 1) % order;
    this.#past[this.#at] = y;
    return y;
  }
}

function autocorrelation(pcm: Float32Array): Float64Array {
  const n = pcm.length;
  const windowed = new Float64Array(n);
  for (let i = 0; i < n; i++) windowed[i] = pcm[i] * Math.sin((Math.PI * (i + 0.5)) / n);
  const r = new Float64Array(order + 1);
  for (let k = 0; k <= order; k++) {
    let sum = 0;
    for (let i = k; i < n; i++) sum += windowed[i] * windowed[i - k];
    r[k] = (2 * sum) / n; // the window's mean power is one half
  }
  return r;
}

/** Levinson and Durbin's recursion, on a correlation with a floor of white noise 50 dB below, which keeps it well-conditioned. */
function predict(r: Float64Array): NoiseShape {
  let error = r[0] * 1.00001;
  let a: number[] = [];
  for (let i = 1; i <= order; i++) {
    let sum = r[i];
    for (let k = 1; k < i; k++) sum += a[k - 1] * r[i - k];
    const reflection = -sum / error;
    a = [...a.map((x, k) => x + reflection * a[i - 2 - k]), reflection];
    error *= 1 - reflection * reflection;
  }
  return { gain: Math.sqrt(Math.max(error, 0) * Math.min(1, loudest / r[0])), poles: a };
}
