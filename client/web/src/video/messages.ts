// What the page and its video worker say to each other. The worker decodes and encodes pictures and moves files; the page draws.

import type { BlobKind, LayerPlan, PictureFromRelay, PictureToRelay, Shown, WatchMode } from "../transport/control";

export type { BlobKind, LayerPlan, Shown, WatchMode };

/** Where pictures of a publication come from. */
export type SourceName = "camera" | "screen";

/** To the worker. Ports, streams and bytes are transferred. */
export type ToVideo =
  | { type: "port"; port: MessagePort } // its other end went to the media worker as {type: "pictures"}
  | { type: "watch"; mode: WatchMode; large?: number; small?: number; height?: number } // as in the control message watch; said again after each new line by the worker
  | { type: "camera"; frames: ReadableStream<VideoFrame>; width: number; height: number; fps: number }
  | { type: "camera-off" }
  | { type: "screen"; frames: ReadableStream<VideoFrame>; width: number; height: number }
  | { type: "screen-off" }
  | { type: "offer"; hash: string; kind: BlobKind; bytes: ArrayBuffer }
  | { type: "tell"; message: PictureToRelay }
  | { type: "drawn"; publication: number; source: SourceName }; // a frame was taken: without it the worker sends no third one

/** From the worker. */
export type FromVideo =
  | { type: "frame"; publication: number; source: SourceName; frame: VideoFrame; layer: number } // transferred: the page closes it, and says drawn
  | { type: "pictures"; large?: Shown; of: Shown[]; room: number }
  | { type: "paused"; publication: number; source: SourceName; paused: boolean } // nothing new comes: the last good frame stays
  | { type: "sending"; layers: LayerPlan[]; behind: boolean } // what is encoded now; behind: the computer does not keep up
  | { type: "blob"; hash: string; kind: BlobKind; bytes: ArrayBuffer }
  | { type: "progress"; hash: string; part: number } // 0 to 1, both ways
  | { type: "stored"; hash: string }
  | { type: "told"; message: PictureFromRelay } // what the worker has no use for itself
  | { type: "trouble"; code: string; vi: string; en: string };
