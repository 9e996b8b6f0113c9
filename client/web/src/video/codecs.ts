// The codecs of pictures as WebCodecs names them. H.264 travels in Annex B, so no frame needs more than itself.

import type { VideoCodec } from "../transport/control";

/** What a decoder is configured with: software decoders take any size whatever the level says. */
export const decoderConfigs: Record<VideoCodec, VideoDecoderConfig> = {
  av1: { codec: "av01.0.08M.08", optimizeForLatency: true },
  vp9: { codec: "vp09.00.31.08", optimizeForLatency: true },
  vp8: { codec: "vp8", optimizeForLatency: true },
  h264: { codec: "avc1.42E01F", optimizeForLatency: true },
};

/** The codecs that this browser decodes, best first. */
export async function decodable(): Promise<VideoCodec[]> {
  if (typeof VideoDecoder === "undefined") return [];
  const all = Object.keys(decoderConfigs) as VideoCodec[];
  const supported = await Promise.all(all.map((codec) => isDecodable(codec)));
  return all.filter((_, i) => supported[i]);
}

async function isDecodable(codec: VideoCodec): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported(decoderConfigs[codec])).supported === true;
  } catch {
    return false;
  }
}
