// The lines of `make e2e-pictures`, and what is to be reached on each.

import type { Impairment } from "./relay";
import type { Looks } from "./scene";

/** What is to be reached: ESTOI; ms from microphone to ear; different pictures a second; pixels; s frozen a minute; ms between pictures. */
export interface Aim {
  estoi?: number;
  delay?: number;
  fps?: number | { direct: number; site: number };
  height?: number;
  frozen?: number;
  gap?: number;
}

export interface Row {
  name: string;
  line: Impairment;
  aim: Aim;
  looks?: Looks; // of the page that watches
  film?: [width: number, height: number];
  step?: { before: number; during: number; rate: number; after: number }; // ms, ms, kbit/s, ms
}

const rtt = (ms: number) => ({ delay: `${ms / 2}ms` });

export const usual = { looks: { width: 640, height: 560, frame: 25 }, film: [640, 360] as [number, number] };

export const rows: Row[] = [
  {
    name: "2 Mbit/s, RTT 20",
    line: { rate: 2000, ...rtt(20) },
    aim: { estoi: 0.97, delay: 150, fps: 25, height: 720, frozen: 0 },
    looks: { width: 1280, height: 900, frame: 16 },
    film: [1280, 720],
  },
  {
    name: "256 kbit/s, RTT 150",
    line: { rate: 256, ...rtt(150) },
    aim: { estoi: 0.95, delay: 250, fps: 14, height: 180, frozen: 1 },
  },
  {
    name: "256 kbit/s, RTT 150, 10 %",
    line: { rate: 256, ...rtt(150), loss: 10 },
    aim: { estoi: 0.95, delay: 400, fps: { direct: 8, site: 12 }, frozen: 3 },
  },
  {
    name: "64 kbit/s, 5 %, RTT 300",
    line: { rate: 64, ...rtt(300), loss: 5 },
    aim: { estoi: 0.93, delay: 500, gap: 10_000 },
  },
  {
    name: "1 Mbit/s → 80 kbit/s → 1 Mbit/s, RTT 60",
    line: { rate: 1000, ...rtt(60) },
    aim: {},
    step: { before: 15_000, during: 20_000, rate: 80, after: 20_000 },
  },
];
