// A screen that is shown to others: a document that is written, scrolled and followed by a table. Runs in a page.

import type { Clip } from "./head";

const [width, height] = [1280, 720];
const words =
  "Báo cáo tình hình phòng chống thiên tai và tìm kiếm cứu nạn của xã Ga Ry trong tuần. Mực nước suối lên nhanh, ba thôn bị chia cắt, " +
  "đường liên xã sạt lở tại hai điểm; đã sơ tán 42 hộ với 187 người đến nơi an toàn. Đề nghị huyện hỗ trợ lương thực, thuốc men và máy phát điện. ";

/** Writes for four seconds, scrolls for two, and shows a table for two, again and again. */
export function screen(): Clip {
  const canvas = new OffscreenCanvas(width, height);
  const to = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  return (t) => {
    const at = t % 8;
    to.fillStyle = "#e8eaed";
    to.fillRect(0, 0, width, height);
    if (at < 6) document_(to, Math.floor(Math.min(at, 4) * 22), Math.floor(Math.max(0, at - 4) * 180));
    else table(to, Math.floor(at - 6));
    to.fillStyle = "#2b579a";
    to.fillRect(0, 0, width, 40);
    to.fillStyle = "#fff";
    to.font = "18px DejaVu Sans, sans-serif";
    to.fillText("Báo cáo tuần – Trình soạn thảo", 20, 26);
    return canvas;
  };
}

function document_(to: OffscreenCanvasRenderingContext2D, typed: number, scrolled: number): void {
  to.fillStyle = "#fff";
  to.fillRect(190, 40, 900, height);
  to.fillStyle = "#111";
  const text = words.repeat(14);
  const perLine = 92;
  const lines = 20 + Math.ceil(typed / perLine);
  for (let line = 0; line < lines + 30; line++) {
    const y = 90 + line * 28 - scrolled;
    if (y < 40 || y > height + 20) continue;
    if (line % 12 === 0) {
      to.font = "bold 24px DejaVu Sans, sans-serif";
      to.fillText(`${line / 12 + 1}. Tình hình chung`, 230, y);
      continue;
    }
    to.font = "16px DejaVu Sans, sans-serif";
    const end = line === 19 && scrolled === 0 ? typed : perLine;
    if (line > 19 && scrolled === 0) continue;
    to.fillText(text.slice((line * 37) % 300, ((line * 37) % 300) + end), 230, y, 820);
  }
}

function table(to: OffscreenCanvasRenderingContext2D, chosen: number): void {
  to.fillStyle = "#fff";
  to.fillRect(40, 60, 1200, 640);
  to.strokeStyle = "#888";
  to.lineWidth = 1;
  for (let row = 0; row < 22; row++) {
    if (row === 3 + chosen) {
      to.fillStyle = "#cfe2ff";
      to.fillRect(40, 60 + row * 29, 1200, 29);
    }
    to.fillStyle = "#222";
    to.font = `${row ? "" : "bold "}15px DejaVu Sans, sans-serif`;
    for (let column = 0; column < 8; column++) {
      to.strokeRect(40.5 + column * 150, 60.5 + row * 29, 150, 29);
      const cell = column ? ((row * 7919 + column * 104729) % 100000).toLocaleString("vi") : `Thôn ${row}`;
      to.fillText(row ? cell : `Cột ${column + 1}`, 50 + column * 150, 80 + row * 29);
    }
  }
}
