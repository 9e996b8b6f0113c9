// src/codec/frame.ts
/** Samples per second of everything in src/codec; capture times count in it. */
const RATE = 48e3;
// src/codec/wsola.ts
const size = 65536;
const mask = 65535;
const least = 120;
const most = 720;
const overlap = 480;
const step = 4;
const pace = 240;
const alike = .5;
const hush = 1e-6;
/**
* Waveform-similarity overlap-add, done only where it is needed: at rate 1 samples are copied untouched; else, whenever
* 5 ms are owed, the read position jumps to where the sound goes on most alike, by 2.5 to 15 ms, with a crossfade.
*/
var Stretcher = class {
	/** Playing speed: 1.25 plays 1.25 s of sound in 1 s. Useful from 0.6 to 1.6. */
	rate = 1;
	#ring = new Float32Array(size);
	#read = 0;
	#write = 0;
	#old = 0;
	#fade = 0;
	#likeness = 0;
	#debt = 0;
	#wait = 0;
	/** Samples that wait. */
	get length() {
		return this.#write - this.#read;
	}
	/** Appends sound. What does not fit drops the oldest. */
	push(pcm) {
		for (let i = 0; i < pcm.length; i++) this.#ring[this.#write + i & mask] = pcm[i];
		this.#write += pcm.length;
		const oldest = this.#write - size + most;
		if (this.#read >= oldest) return;
		this.#read = oldest;
		this.#fade = 0;
	}
	/** Takes up to `out.length` samples into the beginning of `out`. @returns how many; fewer when the ring is empty. */
	pull(out) {
		let done = 0;
		while (done < out.length && this.length > 0) {
			if (this.#fade === 0 && this.#wait <= 0) this.#consider();
			const limit = Math.min(out.length - done, this.length, this.#fade || this.#wait);
			if (this.#fade > 0) this.#mix(out, done, limit);
			else for (let i = 0; i < limit; i++) out[done + i] = this.#ring[this.#read + i & mask];
			this.#read += limit;
			this.#wait -= limit;
			this.#debt += (this.rate - 1) * limit;
			done += limit;
		}
		return done;
	}
	/** Crossfades `count` samples; the weights keep the power also for sounds that are not quite alike. */
	#mix(out, at, count) {
		for (let i = 0; i < count; i++) {
			const w = fadeIn[overlap - this.#fade--];
			const v = 1 - w;
			const even = 1 / Math.sqrt(w * w + v * v + 2 * w * v * this.#likeness);
			out[at + i] = even * (w * this.#ring[this.#read + i & mask] + v * this.#ring[this.#old + i & mask]);
		}
		this.#old += count;
	}
	/** Decides every 10 ms whether to jump, and how far. */
	#consider() {
		this.#wait = overlap;
		if (this.rate === 1) this.#debt = 0;
		const forward = this.#debt >= pace;
		if (!forward && this.#debt > -240) return;
		if (this.length < (forward ? 2160 : overlap)) return;
		const { jump, likeness } = bestJump(this.#around(forward ? this.#read : this.#read - most), forward ? 0 : most);
		const owed = Math.abs(this.#debt);
		if (likeness < alike && owed < 960) return;
		this.#old = this.#read;
		this.#read += jump;
		this.#debt -= jump;
		this.#fade = overlap;
		this.#likeness = Math.max(0, likeness);
	}
	#around(start) {
		const sound = /* @__PURE__ */ new Float32Array(1200);
		for (let i = 0; i < sound.length; i++) sound[i] = this.#ring[start + i & mask];
		return sound;
	}
};
const fadeIn = Float32Array.from({ length: overlap }, (_, i) => .5 - .5 * Math.cos(Math.PI * (i + .5) / overlap));
/** The jump from `here` (0 or `most`, an index into `sound`) to where the next 10 ms sound most as they do here. */
function bestJump(sound, here) {
	const coarse = new Float32Array(sound.length / step);
	for (let i = 0; i < sound.length; i++) coarse[Math.floor(i / step)] += sound[i];
	const first = search(coarse, here / step, overlap / step, least / step, most / step);
	const near = Math.abs(first.jump) * step;
	return search(sound, here, overlap, Math.max(least, near - step), Math.min(most, near + step));
}
function search(sound, here, length, from, to) {
	const sign = here === 0 ? 1 : -1;
	const power = correlation(sound, here, here, length);
	let best = {
		jump: sign * to,
		likeness: -1
	};
	for (let lag = from; lag <= to; lag++) {
		const there = here + sign * lag;
		const other = correlation(sound, there, there, length);
		const likeness = Math.max(power, other) < hush * length ? 1 : correlation(sound, here, there, length) / Math.sqrt(power * other + 1e-12);
		if (likeness > best.likeness) best = {
			jump: sign * lag,
			likeness
		};
	}
	return best;
}
function correlation(sound, a, b, length) {
	let sum = 0;
	for (let i = 0; i < length; i++) sum += sound[a + i] * sound[b + i];
	return sum;
}
// src/codec/mixer.ts
const ramp = 240;
const ceiling = .9;
const release = 1 / (.2 * RATE);
/** A ring with time-stretching per voice, their sum, and a limiter on it. */
var Mixer = class {
	#voices = /* @__PURE__ */ new Map();
	#scratch = /* @__PURE__ */ new Float32Array(128);
	#limit = 1;
	/** Appends sound to the voice's ring; a new voice begins with it. */
	push(voice, pcm) {
		const v = this.#voice(voice);
		v.ring.push(pcm);
		v.received += pcm.length;
	}
	/** @param rate playing speed of the voice, 1 = as recorded. */
	setRate(voice, rate) {
		this.#voice(voice).ring.rate = rate;
	}
	remove(voice) {
		this.#voices.delete(voice);
	}
	/** Adds the next samples of all voices to `out`, which must be zero. @returns false if there was nothing to play. */
	render(out) {
		let any = false;
		for (const voice of this.#voices.values()) if (voice.ring.length === 0) voice.gain = 0;
		else any = this.#add(voice, out);
		if (any) this.#soften(out);
		return any;
	}
	/** For each voice its id, samples in the ring, samples received since its beginning. */
	report() {
		const report = [];
		for (const [id, v] of this.#voices) report.push(id, v.ring.length, v.received);
		return report;
	}
	#voice(id) {
		let voice = this.#voices.get(id);
		if (!voice) {
			voice = {
				ring: new Stretcher(),
				gain: 0,
				received: 0
			};
			this.#voices.set(id, voice);
		}
		return voice;
	}
	#add(voice, out) {
		if (this.#scratch.length !== out.length) this.#scratch = new Float32Array(out.length);
		const count = voice.ring.pull(this.#scratch);
		const after = voice.ring.length;
		for (let i = 0; i < count; i++) {
			const left = after + count - i;
			voice.gain = left <= ramp ? Math.max(0, Math.min(voice.gain, left / ramp)) : Math.min(1, voice.gain + 1 / ramp);
			out[i] += voice.gain * this.#scratch[i];
		}
		return true;
	}
	/** Turns the sum down before it would clip: at once, within this quantum, and back slowly. */
	#soften(out) {
		let peak = 0;
		for (const x of out) peak = Math.max(peak, Math.abs(x));
		const wanted = peak > ceiling ? ceiling / peak : 1;
		if (wanted === 1 && this.#limit === 1) return;
		const slope = (Math.min(wanted, this.#limit) - this.#limit) / (out.length / 4);
		for (let i = 0; i < out.length; i++) {
			this.#limit = this.#limit > wanted ? Math.max(wanted, this.#limit + slope) : Math.min(wanted, this.#limit + release);
			out[i] = Math.max(-1, Math.min(1, out[i] * this.#limit));
		}
	}
};
// src/codec/playout.worklet.ts
const reportEvery = 4;
var Playout = class extends AudioWorkletProcessor {
	#mixer = new Mixer();
	#worker;
	#quanta = 0;
	#playing = false;
	constructor() {
		super();
		this.port.onmessage = ({ data }) => {
			if ("port" in data) this.#connect(data.port);
		};
	}
	process(_inputs, outputs) {
		const playing = this.#mixer.render(outputs[0][0]);
		const stopped = this.#playing && !playing;
		this.#playing = playing;
		if (stopped || playing && ++this.#quanta >= reportEvery) {
			this.#quanta = 0;
			this.#worker?.postMessage(this.#mixer.report());
		}
		return true;
	}
	/** A new worker knows nothing of the voices of the old one. */
	#connect(port) {
		this.#worker?.close();
		this.#worker = port;
		this.#mixer = new Mixer();
		port.onmessage = ({ data }) => {
			if ("pcm" in data) this.#mixer.push(data.voice, data.pcm);
			else if ("rate" in data) this.#mixer.setRate(data.voice, data.rate);
			else this.#mixer.remove(data.voice);
		};
	}
};
registerProcessor("playout", Playout);
