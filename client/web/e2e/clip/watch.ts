// Keeps what a page draws. Runs in the page before its own scripts.

import { read } from "./code";

/** A picture as it was drawn. */
export interface Seen {
  at: number; // wall clock, ms
  number?: number; // undefined: not to be read
  width: number;
  height: number;
  slide: boolean; // a page of a document, not what a camera or a screen sent
}

const seen: Seen[] = [];
const clock = () => performance.timeOrigin + performance.now();

/** What was drawn since the last call. */
export const take = (): Seen[] => seen.splice(0);

/** Looks at each picture and each page of a document that the page draws. */
export function keep(): void {
  const plain = CanvasRenderingContext2D.prototype.drawImage as (this: unknown, ...args: unknown[]) => void;
  CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
    const [picture] = args;
    if (picture instanceof VideoFrame) note(picture, picture.displayWidth, picture.displayHeight, false);
    if (
      picture instanceof ImageBitmap &&
      this.canvas instanceof HTMLCanvasElement &&
      this.canvas.closest(".slide-sheet")
    )
      note(picture, picture.width, picture.height, true);
    plain.apply(this, args);
  } as typeof CanvasRenderingContext2D.prototype.drawImage;
}

function note(picture: CanvasImageSource, width: number, height: number, slide: boolean): void {
  seen.push({ at: clock(), number: read(picture, width, height), width, height, slide });
}

/** What a camera of this page sees of the film: a number, and the moment at which it was there, wall clock, ms. */
export interface Sight {
  number: number;
  at: number;
}

const cameras: MediaStreamVideoTrack[] = [];

/** Remembers the cameras that the page opens, for sights(). */
export function remember(): void {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    cameras.push(...(stream.getVideoTracks() as MediaStreamVideoTrack[]));
    return stream;
  };
}

/** So many sights of the camera that was opened last. */
export async function sights(count: number): Promise<Sight[]> {
  const track = cameras.at(-1)?.clone() as MediaStreamVideoTrack | undefined;
  if (!track) return [];
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const out: Sight[] = [];
  while (out.length < count) {
    const { value, done } = await reader.read();
    if (done || !value) break;
    const of = read(value, value.displayWidth, value.displayHeight);
    value.close();
    if (of !== undefined) out.push({ number: of, at: clock() });
  }
  await reader.cancel();
  track.stop();
  return out;
}

/** Lets the camera that was opened last end as one does that is unplugged. */
export function unplug(): void {
  const track = cameras.at(-1);
  track?.stop();
  track?.dispatchEvent(new Event("ended"));
}
