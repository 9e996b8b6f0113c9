// Proves that numbers survive what pictures go through. Runs in a page.

import { read, write } from "./code";
import { head } from "./head";

export { remember, sights } from "./watch";

/** Encodes numbered pictures at a size and rate, and returns what is read of them after decoding. */
export async function survives(width: number, height: number, fps: number, bitrate: number, numbers: number[]) {
  const found: (number | undefined)[] = [];
  const decoder = new VideoDecoder({
    output: (frame) => {
      found.push(read(frame, frame.displayWidth, frame.displayHeight));
      frame.close();
    },
    error: () => undefined,
  });
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      if (metadata?.decoderConfig) decoder.configure(metadata.decoderConfig);
      decoder.decode(chunk);
    },
    error: () => undefined,
  });
  encoder.configure({
    codec: "vp8",
    width,
    height,
    framerate: fps,
    bitrate,
    latencyMode: "realtime",
    bitrateMode: "constant",
  });
  const [clip, canvas] = [head(), new OffscreenCanvas(width, height)];
  const to = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  for (const [i, number] of numbers.entries()) {
    to.drawImage(clip(i / fps), 0, 0, width, height);
    write(to, number);
    const frame = new VideoFrame(canvas, { timestamp: (i * 1e6) / fps });
    encoder.encode(frame);
    frame.close();
  }
  await encoder.flush();
  await decoder.flush();
  return found;
}
