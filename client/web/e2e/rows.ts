// The bad lines of `make e2e-voice`, and what is to be reached on each.

import type { Impairment } from "./relay";

/** What is to be reached: ESTOI, share of speech, kbit/s, ms. */
export interface Target {
  estoi?: number;
  missing?: number;
  kbps?: number;
  delay?: number;
}

export interface Row {
  name: string;
  line: Impairment;
  target: Target;
  processing?: boolean; // of the microphone
  noUDP?: boolean;
  steps?: [ms: number, rate: number][]; // of the bottleneck
}

const rtt = (ms: number) => ({ delay: `${ms / 2}ms` });
const normal = { rate: 256, ...rtt(150) };
const far = rtt(300);

export const rows: Row[] = [
  {
    name: "clean, 512 kbit/s",
    line: { ...normal, rate: 512 },
    target: { estoi: 0.96, missing: 0, kbps: 40, delay: 150 },
  },
  {
    name: "clean, 512 kbit/s, capture processing on",
    line: { ...normal, rate: 512 },
    target: {},
    processing: true,
  },
  {
    name: "20 % in bursts of 3",
    line: { ...normal, loss: 20, burst: 3 },
    target: { estoi: 0.93, missing: 0.005, kbps: 56, delay: 800 },
  },
  { name: "30 % random", line: { ...normal, loss: 30 }, target: { estoi: 0.93, missing: 0.003, kbps: 56, delay: 700 } },
  {
    name: "40 % in bursts of 4",
    line: { ...normal, loss: 40, burst: 4 },
    target: { estoi: 0.88, missing: 0.02, kbps: 56, delay: 1100 },
  },
  { name: "50 % random", line: { ...normal, loss: 50 }, target: { estoi: 0.86, missing: 0.02, kbps: 48, delay: 1100 } },
  {
    name: "64 kbit/s, 5 %, RTT 300",
    line: { ...far, rate: 64, loss: 5 },
    target: { estoi: 0.94, missing: 0.002, kbps: 64, delay: 500 },
  },
  {
    name: "32 kbit/s, 2 %, RTT 300",
    line: { ...far, rate: 32, loss: 2 },
    target: { estoi: 0.9, missing: 0.005, kbps: 32, delay: 700 },
  },
  {
    name: "20 kbit/s, 2 %, RTT 300",
    line: { ...far, rate: 20, loss: 2 },
    target: { estoi: 0.8, missing: 0.01, kbps: 20, delay: 900 },
  },
  {
    name: "512 → 48 → 512 kbit/s",
    line: { ...normal, rate: 512 },
    target: { estoi: 0.88, missing: 0.01 },
    steps: [
      [16_000, 512],
      [32_000, 48],
      [16_000, 512],
    ],
  },
  { name: "UDP blocked during the meeting, 5 %", line: { ...normal, loss: 5 }, target: { estoi: 0.93 }, noUDP: true },
];
