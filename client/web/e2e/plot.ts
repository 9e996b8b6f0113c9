// The figures of `make e2e-voice` as a picture: intelligibility of each line, both sides, beside its target and the best of others.

import type { Result, Results } from "./results";
import { rows } from "./rows";

const peers: Record<string, [listener: number, speaker: number]> = {
  // LiveKit on the same lines, as measured before
  "20 % in bursts of 3": [0.84, 0.9],
  "30 % random": [0.86, 0.95],
  "40 % in bursts of 4": [0.63, 0.76],
  "50 % random": [0.72, 0],
  "64 kbit/s, 5 %, RTT 300": [0.92, 0.92],
};

const [left, top, step, width] = [270, 50, 42, 420];
const [least, most] = [0.4, 1];
const x = (estoi: number) => left + (width * (Math.max(estoi, least) - least)) / (most - least);

/** An SVG picture. */
export function plot(results: Results): string {
  const shown = rows.filter(({ name }) => name in results);
  const height = top + shown.length * step + 20;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 40} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="10" y="20" font-size="15">ESTOI of the voice between two Chromium pages (1 = as said)</text>`,
    key(10, "#1463b8", "listener behind the line"),
    key(200, "#58a55c", "speaker behind it"),
    key(350, "#bbb", "LiveKit"),
    `<text x="432" y="40">│ target</text>`,
  ];
  for (let tick = least; tick <= most + 0.001; tick += 0.1) {
    parts.push(
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${height - 20}" stroke="#ddd"/>`,
      `<text x="${x(tick)}" y="${height - 5}" text-anchor="middle">${tick.toFixed(1)}</text>`,
    );
  }
  shown.forEach(({ name, target }, i) => {
    const y = top + i * step;
    parts.push(`<text x="${left - 8}" y="${y + 25}" text-anchor="end">${name}</text>`);
    (results[name] as Result[]).forEach((r, k) => {
      const peer = peers[name]?.[k];
      if (peer) parts.push(bar(peer, y + 6 + 16 * k, 14, "#ddd"));
      parts.push(bar(r.estoi ?? 0, y + 8 + 16 * k, 10, k === 0 ? "#1463b8" : "#58a55c"));
    });
    if (target.estoi)
      parts.push(
        `<line x1="${x(target.estoi)}" x2="${x(target.estoi)}" y1="${y + 4}" y2="${y + 38}" stroke="#000" stroke-width="2"/>`,
      );
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

const bar = (estoi: number, y: number, height: number, color: string) =>
  `<rect x="${left}" y="${y}" width="${(x(estoi) - left).toFixed(1)}" height="${height}" fill="${color}"/>`;

const key = (at: number, color: string, text: string) =>
  `<rect x="${at}" y="30" width="12" height="12" fill="${color}"/><text x="${at + 17}" y="40">${text}</text>`;
