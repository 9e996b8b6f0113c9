// What we know of Opus: the TOC byte (RFC 6716 section 3.1) and how WebCodecs is asked for it.

import { CodecError, RATE } from "./frame";

/** Frames in the packet: TOC code 0 is one, 1 and 2 are two, 3 tells it in the second byte. 0 if the packet is malformed. */
function frames(payload: Uint8Array): number {
  const code = payload[0] & 3;
  if (code < 3) return code === 0 ? 1 : 2;
  return payload.length > 1 ? payload[1] & 63 : 0;
}

/** Samples at 48 kHz of one frame of this TOC byte. */
function frameSamples(toc: number): number {
  const config = toc >> 3;
  if (config < 12) return [480, 960, 1920, 2880][config & 3]; // SILK
  if (config < 16) return config & 1 ? 960 : 480; // hybrid
  return 120 << (config & 3); // CELT
}

/** Samples at 48 kHz that the packet decodes to; 0 if it is no packet or longer than 120 ms. */
export function duration(payload: Uint8Array): number {
  if (payload.length === 0) return 0;
  const samples = frames(payload) * frameSamples(payload[0]);
  return samples <= 5760 ? samples : 0;
}

/**
 * A packet of 20 ms without content, in the mode and bandwidth of `last`: libopus conceals the loss of as much sound.
 * (An empty chunk would close the decoder.)
 */
export function concealment(last: Uint8Array): Uint8Array<ArrayBuffer> {
  const config = last[0] >> 3;
  const twenty = config < 12 ? (config & ~3) | 1 : config < 16 ? config | 1 : config | 3;
  return Uint8Array.of((twenty << 3) | (last[0] & 4)); // bit 2: stereo
}

/** What an AudioEncoder needs for a layer of `bitrate` bit/s and frames of `frame` ms. */
export function encoderConfig(bitrate: number, frame: number): AudioEncoderConfig {
  return {
    codec: "opus",
    sampleRate: RATE,
    numberOfChannels: 1,
    bitrate,
    bitrateMode: "constant",
    // Loss is the transport's business, so no in-band FEC; silence is ours, so no DTX (it also stops the timestamps).
    opus: {
      application: "voip",
      signal: "voice",
      frameDuration: frame * 1000,
      complexity: 7,
      usedtx: false,
      useinbandfec: false,
      format: "opus",
    },
  } as AudioEncoderConfig; // the types know neither bitrateMode nor opus
}

export const decoderConfig: AudioDecoderConfig = { codec: "opus", sampleRate: RATE, numberOfChannels: 1 };

/** Resolves if this browser has Opus in WebCodecs, rejects with a CodecError if not. */
export async function opusAvailable(): Promise<void> {
  if (typeof AudioEncoder === "undefined" || typeof AudioDecoder === "undefined") {
    throw new CodecError("webcodecs-missing");
  }
  const supported = await Promise.all([
    AudioEncoder.isConfigSupported(encoderConfig(16_000, 20)),
    AudioDecoder.isConfigSupported(decoderConfig),
  ]).catch((cause) => {
    throw new CodecError("opus-missing", { cause });
  });
  if (!supported.every((s) => s.supported)) throw new CodecError("opus-missing");
}
