// Keeps what a page draws. Runs in the page before its own scripts.

import { read } from "./code";

/** A picture as it was drawn. */
export interface Seen {
  at: number; // wall clock, ms
  number?: number; // undefined: not to be read
  width: number;
  height: number;
  where: string; // which canvas: the values of its and its parents' data attributes, "own" for what the camera itself sees
}

const seen: Seen[] = [];
const clock = () => performance.timeOrigin + performance.now();

/** What was drawn since the last call. */
export const take = (): Seen[] => seen.splice(0);

/** Looks at each VideoFrame that the page draws, and at the page's own camera where its track is processed. */
export function keep(): void {
  const plain = CanvasRenderingContext2D.prototype.drawImage as (this: unknown, ...args: unknown[]) => void;
  CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
    const [picture] = args;
    if (picture instanceof VideoFrame) note(picture, picture.displayWidth, picture.displayHeight, place(this.canvas));
    plain.apply(this, args);
  } as typeof CanvasRenderingContext2D.prototype.drawImage;
  const transfer = ImageBitmapRenderingContext.prototype.transferFromImageBitmap;
  ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
    if (bitmap) note(bitmap, bitmap.width, bitmap.height, place(this.canvas));
    transfer.call(this, bitmap);
  };
}

function note(picture: CanvasImageSource, width: number, height: number, where: string): void {
  seen.push({ at: clock(), number: read(picture, width, height), width, height, where });
}

function place(canvas: HTMLCanvasElement | OffscreenCanvas): string {
  const found: string[] = [];
  for (let e = canvas instanceof HTMLCanvasElement ? (canvas as HTMLElement | null) : null; e; e = e.parentElement)
    for (const [key, value] of Object.entries(e.dataset)) found.push(`${key}=${value}`);
  return found.join(" ");
}

/** The moment at which this page's own camera took a number: that of the first sight of it in a track of its own; wall clock, ms. */
export async function camera(frames: number): Promise<{ number: number; at: number }[]> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const [track] = stream.getVideoTracks();
  const reader = new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack }).readable.getReader();
  const out: { number: number; at: number }[] = [];
  while (out.length < frames) {
    const { value, done } = await reader.read();
    if (done || !value) break;
    const of = read(value, value.displayWidth, value.displayHeight);
    value.close();
    if (of !== undefined) out.push({ number: of, at: clock() });
  }
  track.stop();
  return out;
}
