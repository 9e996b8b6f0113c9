// src/codec/ports.ts
function newCaptureBlock() {
	return /* @__PURE__ */ new ArrayBuffer(1924);
}
function setTime(block, time) {
	new Uint32Array(block, 0, 1)[0] = time;
}
function samplesOf(block) {
	return new Float32Array(block, 4, 480);
}
// src/codec/capture.worklet.ts
const meterEvery = 5;
var Capture = class extends AudioWorkletProcessor {
	#worker;
	#muted = false;
	#pool = [];
	#block;
	#samples = /* @__PURE__ */ new Float32Array(0);
	#filled = 0;
	#power = 0;
	#metered = 0;
	constructor() {
		super();
		this.port.onmessage = ({ data }) => {
			if ("port" in data) this.#connect(data.port);
			else this.#mute(data.muted);
		};
	}
	process(inputs) {
		const input = inputs[0]?.[0];
		if (!input || this.#muted) this.#abandon();
		else for (let i = 0; i < input.length; i++) this.#take(input[i], currentFrame + i);
		return true;
	}
	/** A block begins where the clock is a multiple of 10 ms; after a gap the samples up to there are left out. */
	#take(sample, clock) {
		if (!this.#block) {
			if (clock % 480 !== 0) return;
			this.#block = this.#pool.pop() ?? newCaptureBlock();
			this.#samples = samplesOf(this.#block);
			setTime(this.#block, clock);
			this.#filled = 0;
		}
		this.#samples[this.#filled++] = sample;
		this.#power += sample * sample;
		if (this.#filled === 480) this.#send(this.#block);
	}
	#abandon() {
		if (this.#block) this.#pool.push(this.#block);
		this.#block = void 0;
	}
	#send(block) {
		this.#block = void 0;
		this.#meter();
		if (this.#worker) this.#worker.postMessage(block, [block]);
		else this.#pool.push(block);
	}
	#meter() {
		if (++this.#metered < meterEvery) return;
		this.port.postMessage(this.#power / (meterEvery * 480));
		this.#metered = 0;
		this.#power = 0;
	}
	#mute(muted) {
		this.#muted = muted;
		this.#metered = 0;
		this.#power = 0;
	}
	#connect(port) {
		this.#worker?.close();
		this.#worker = port;
		port.onmessage = ({ data }) => this.#pool.push(data);
	}
};
registerProcessor("capture", Capture);
