// What makes the film of a camera: the head and a number in each picture. Runs in a page.

import { write } from "./code";
import { head } from "./head";

/** The JPEG pictures from..to of a film of 30 pictures a second, one after the other, base64. */
export async function film(width: number, height: number, from: number, to: number): Promise<string> {
  const clip = head();
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = "high";
  let text = "";
  for (let i = from; i < to; i++) {
    context.drawImage(clip(i / 30), 0, 0, width, height);
    write(context, i);
    const bytes = new Uint8Array(
      await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })).arrayBuffer(),
    );
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** Shows numbers that count 30 a second from now on over a page with words: what is shared of a screen. */
export function show(title: string): void {
  document.title = title;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [innerWidth, innerHeight];
  document.body.replaceChildren(canvas);
  document.body.style.margin = "0";
  const to = canvas.getContext("2d") as CanvasRenderingContext2D;
  let n = 0;
  setInterval(() => {
    to.fillStyle = "#fff";
    to.fillRect(0, 0, canvas.width, canvas.height);
    to.fillStyle = "#111";
    to.font = "20px sans-serif";
    for (let line = 0; line < 16; line++)
      to.fillText(`Dòng ${line}: báo cáo tình hình tuần ${line * 7 + (n >> 6)}`, 30, 40 + line * 30);
    write(to, n++ % 4096);
  }, 200);
}
