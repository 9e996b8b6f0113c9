// The words of pictures on the line, PROTOCOL.md section 13: frames larger than a datagram. The twin of Go's transport/frames and codec/picture.go.

/** The layers beyond the voice's. A still is a key frame that stands alone. */
export const LAYER = {
  still: 2, // camera, 320x180, one every 2 to 10 s
  tiny: 3, // 160x90, 5/s
  small: 4, // 320x180, 15/s
  medium: 5, // 640x360, 20/s
  large: 6, // 1280x720, 30/s
  screenStill: 8, // screen, up to 1280x720, one every 3 to 10 s
  screen: 9, // up to 1280x720, 5 to 8/s
  bulk: 15, // chunks of files
} as const;

/** Codecs by their number on the wire. */
export const codecs = ["vp8", "vp9", "av1", "h264"] as const;

/** Bytes of a frame at most. */
export const maxFrame = 65_535;

/** Bytes of a chunk of a file; its last may be shorter. */
export const chunkSize = 8192;

/** A frame of a layer of pictures, or of bulk. Nobody writes to it once it is handed on. */
export interface Frame {
  publication: number; // u32; bulk: id of the transfer
  layer: number; // 2 to 15
  sequence: number; // u32 in its layer; bulk: number of the chunk
  time: number; // u32 capture time, 48 kHz, the publication's clock; bulk: bytes of the whole file
  key: boolean;
  temporal: number; // 0 to 2
  codec: number; // 0 to 3, an index of codecs
  back: number; // the frame that this one refers to is sequence − back; 0 for a key frame, and bulk
  payload: Uint8Array; // 1 to maxFrame bytes
}

/** Who goes first: Now reliably, for instance the current slide; then Main, the large picture; Side, small ones and stills; Ahead reliably, in the background. */
export enum Class {
  Now,
  Main,
  Side,
  Ahead,
}

/** A frame to be sent. */
export interface Out {
  frame: Frame;
  class: Class;
  deadline: number; // ms after the push; 0: reliable
  done?: (delivered: boolean) => void; // once: the other side has it, or it was given up
}

/** Whether a layer is one of a screen. */
export function isScreen(layer: number): boolean {
  return layer === LAYER.screenStill || layer === LAYER.screen;
}

/** Whether each frame of a layer stands alone. */
export function isStill(layer: number): boolean {
  return layer === LAYER.still || layer === LAYER.screenStill;
}

/** Whether a layer is one of a camera or a screen. */
export function isPicture(layer: number): boolean {
  return (layer >= LAYER.still && layer <= LAYER.large) || isScreen(layer);
}
