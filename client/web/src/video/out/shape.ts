// How large the pictures of each layer are, and how WebCodecs is asked for them.

import { isScreen, isStill, LAYER, maxFrame } from "../../frames/frame";
import type { LayerPlan, VideoCodec } from "../../transport/control";

/** Width and height in px. */
export interface Size {
  width: number;
  height: number;
}

const boxes: Record<number, Size> = {
  [LAYER.still]: { width: 320, height: 180 },
  [LAYER.tiny]: { width: 160, height: 90 },
  [LAYER.small]: { width: 320, height: 180 },
  [LAYER.medium]: { width: 640, height: 360 },
  [LAYER.large]: { width: 1280, height: 720 },
  [LAYER.screenStill]: { width: 1280, height: 720 },
  [LAYER.screen]: { width: 1280, height: 720 },
};

const stillMost: Record<number, number> = { [LAYER.still]: 10_000, [LAYER.screenStill]: 25_000 };

/** Milliseconds between the pictures of a plan. */
export function intervalOf(plan: LayerPlan): number {
  return Math.min(30_000, 10_000 / Math.max(plan[2], 0.1));
}

/** The bytes that a picture may have: a still those of its interval, a screen those of 5 s of its bit rate. */
export function mostOf(plan: LayerPlan): number {
  const [layer, bitrate] = plan;
  if (isStill(layer)) return Math.min(stillMost[layer], ((bitrate / 8) * intervalOf(plan)) / 1000);
  return isScreen(layer) ? Math.min(maxFrame, Math.max(15_000, (bitrate / 8) * 5)) : maxFrame;
}

/**
 * The size of a layer's pictures for a source of this size: as large as fits the layer's box, never larger than the
 * source, of the source's shape, so that nothing is distorted and no bit goes into black bars; even, as codecs want it.
 * share makes it smaller yet.
 */
export function sizeOf(layer: number, source: Size, share = 1): Size {
  const box = boxes[layer];
  // A telephone held upright has as many px to give.
  const [wide, high] = source.height > source.width ? [box.height, box.width] : [box.width, box.height];
  const scale = share * Math.min(1, wide / source.width, high / source.height);
  const even = (of: number) => Math.max(16, 2 * Math.round((of * scale) / 2));
  return { width: even(source.width), height: even(source.height) };
}

const names: Record<VideoCodec, string> = {
  vp8: "vp8",
  vp9: "vp09.00.31.08",
  av1: "av01.0.05M.08",
  h264: "avc1.42e01f",
};

/** What a VideoEncoder is asked for. */
export function encoderConfig(codec: VideoCodec, plan: LayerPlan, size: Size, software: boolean): VideoEncoderConfig {
  const [layer, bitrate, rate10, temporal] = plan;
  return {
    codec: names[codec],
    ...size,
    bitrate: Math.max(bitrate, 8000),
    framerate: rate10 / 10,
    bitrateMode: "constant",
    latencyMode: "realtime",
    ...(temporal > 1 ? { scalabilityMode: `L1T${temporal}` } : {}),
    ...(layer === LAYER.screen ? { contentHint: "text" } : {}), // a still of a screen is too large with it
    ...(software ? { hardwareAcceleration: "prefer-software" } : {}),
    // Parameter sets within the key frames: a receiver may begin at any.
    ...(codec === "h264" ? { avc: { format: "annexb" } } : {}),
  };
}

/** What is best first, by picture per bit and by what it costs a computer of two cores: docs/codecs.md. */
const order: Record<"camera" | "screen", VideoCodec[]> = {
  camera: ["av1", "vp9", "h264", "vp8"],
  screen: ["av1", "h264", "vp9", "vp8"],
};

/** What costs a computer least at 1280x720; the others are nearly alike. */
export const cheapest: VideoCodec = "h264";

/** The codecs that this browser encodes, best first. */
export async function encodes(source: "camera" | "screen"): Promise<VideoCodec[]> {
  if (typeof VideoEncoder === "undefined") return [];
  const can = async (codec: VideoCodec) => {
    const layer = source === "screen" ? LAYER.screen : LAYER.small;
    try {
      const asked = encoderConfig(codec, [layer, 100_000, 100, 2], boxes[layer], false);
      return (await VideoEncoder.isConfigSupported(asked)).supported === true;
    } catch {
      return false; // some browsers refuse what they do not know
    }
  };
  const able = await Promise.all(order[source].map(can));
  return order[source].filter((_, i) => able[i]);
}
