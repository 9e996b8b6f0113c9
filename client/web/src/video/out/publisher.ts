// One's own pictures. Nothing is sent yet.

import type { Publishing } from "../seam";

/** Sends one's own pictures. */
export class Publisher implements Publishing {
  begin(): void {}

  plan(): void {}

  keys(): void {}

  camera(frames: ReadableStream<VideoFrame>): void {
    void frames.cancel();
  }

  cameraOff(): void {}

  screen(frames: ReadableStream<VideoFrame>): void {
    void frames.cancel();
  }

  screenOff(): void {}

  close(): void {}
}
