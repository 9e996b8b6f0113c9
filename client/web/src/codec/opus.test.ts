import { expect, test } from "vitest";
import { concealment, duration } from "./opus";

test("durations of RFC 6716, table 2 and the four codes", () => {
  const ms = (...payload: number[]) => duration(Uint8Array.from(payload)) / 48;
  expect([0, 1, 2, 3].map((config) => ms(config << 3))).toEqual([10, 20, 40, 60]); // SILK
  expect([12, 13].map((config) => ms(config << 3))).toEqual([10, 20]); // hybrid
  expect([28, 29, 30, 31].map((config) => ms(config << 3))).toEqual([2.5, 5, 10, 20]); // CELT
  expect([ms((15 << 3) | 1), ms((15 << 3) | 2), ms((15 << 3) | 3, 3)]).toEqual([40, 40, 60]);
  expect([ms(), ms((15 << 3) | 3), ms((15 << 3) | 3, 7), ms((15 << 3) | 3, 0)]).toEqual([0, 0, 0, 0]);
});

test("concealment lasts 20 ms, in the mode, bandwidth and channels of what it stands for", () => {
  for (const packet of [
    [0x78, 9, 9],
    [0x7a, 4, 9],
    [0x7b, 3, 9],
    [0x13, 0x41, 5],
    [0x18, 1],
    [0x4c, 1],
    [0xe4, 1],
  ]) {
    const [toc, ...rest] = concealment(Uint8Array.from(packet));
    expect(rest).toHaveLength(0);
    expect(duration(Uint8Array.of(toc))).toBe(960);
    expect(toc & 4).toBe(packet[0] & 4);
    const mode = (config: number) =>
      config < 12 ? config >> 2 : config < 16 ? 10 + (config >> 1) : 20 + (config >> 2);
    expect(mode(toc >> 3)).toBe(mode(packet[0] >> 3));
  }
});
