// What the video worker and the media worker, which has the line, say to each other. All bytes are transferred.

import type { FromRelay, PictureToRelay, VideoPlan } from "../transport/control";

/** Pieces and reports that may wait in the media worker; it says taken for each that left. */
export const credits = 8;

/** To the media worker. */
export type ToLine =
  | { type: "send"; line: number; bytes: Uint8Array<ArrayBuffer> } // of that line: dropped if another one began meanwhile
  | { type: "tell"; message: PictureToRelay };

/** From it. Moments are ms since the epoch, which all workers share (performance.timeOrigin + now). */
export type FromLine =
  | { type: "came"; bytes: Uint8Array<ArrayBuffer> } // a piece or a report
  | { type: "taken"; line: number }
  | { type: "line"; line: number; fresh: boolean; publication: number } // a welcome; fresh: a line began, nothing of before is valid
  | { type: "plan"; plan: VideoPlan | undefined }
  | { type: "told"; message: FromRelay } // what the media worker has no use for
  | {
      type: "clocks"; // about once a second
      own: [time: number, at: number] | undefined; // a capture time of the own microphone, and when that was
      heard: [publication: number, time: number, at: number][]; // of voices that play: a capture time, and when the sound of then is heard
    };
