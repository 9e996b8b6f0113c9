// What else is asked of an encoder: stills of a size, frames that go missing, other rates, content hints. Runs in a page.

import { head } from "./head";
import { type Luma, psnr, ssim } from "./quality";
import { screen } from "./screen";
import { count, decode, drawn, type Encoded, encode, input, lumaOf, original, sum } from "./trial";

/** A still of at most so many bytes. */
export interface Still {
  bytes: number;
  psnr: number;
  ssim: number;
  wide: number; // SSIM after it is drawn at 1280x720, beside the picture that was drawn there
  tries: number; // encoded until it was small enough
}

/**
 * Key frames of some moments, each no larger than that: one encoder of one frame a second, whose rate is what such a frame needs; a frame that is
 * larger is encoded again at a lower rate. Not every encoder takes a quantizer, and 63 is not coarse enough.
 */
export async function stills(config: VideoEncoderConfig, limit: number, moments: number[]): Promise<Still[]> {
  const out: Still[] = [];
  const came: EncodedVideoChunk[] = [];
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      came.push(chunk);
      if (metadata?.decoderConfig) keyConfig = metadata.decoderConfig;
    },
    error: () => undefined,
  });
  let bitrate = limit * 8;
  const set = () => encoder.configure({ ...config, framerate: 1, bitrate, scalabilityMode: undefined });
  set();
  let at = 0; // s
  for (const moment of moments) {
    for (let tries = 1; tries <= 8; tries++) {
      const frame = new VideoFrame(input(moment), { timestamp: 1e6 * at++ });
      encoder.encode(frame, { keyFrame: true });
      frame.close();
      await encoder.flush();
      const chunk = came[came.length - 1];
      const share = chunk.byteLength / limit;
      if (share <= 1) out.push({ ...(await compared(chunk, moment)), bytes: chunk.byteLength, tries });
      bitrate = Math.min(limit * 64, Math.max(limit, bitrate * Math.min(1.3, 0.9 / share)));
      set();
      if (share <= 1) break;
    }
  }
  encoder.close();
  return out;
}

let keyConfig: VideoDecoderConfig;

async function compared(chunk: EncodedVideoChunk, moment: number): Promise<Omit<Still, "bytes" | "tries">> {
  const looks: Promise<Omit<Still, "bytes" | "tries">>[] = [];
  const decoder = new VideoDecoder({ output: (frame) => looks.push(looked(frame, moment)), error: () => undefined });
  decoder.configure(keyConfig);
  decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  return looks[0];
}

async function looked(frame: VideoFrame, moment: number): Promise<Omit<Still, "bytes" | "tries">> {
  const shown = seen(frame);
  const luma = await lumaOf(frame);
  const { clip, fps } = drawn();
  const wide = ssim(seen((clip === "head" ? head() : screen())(moment / fps)), shown);
  return { psnr: psnr(original(moment), luma), ssim: ssim(original(moment), luma), wide };
}

/** A picture as a screen of 1280x720 shows it. */
function seen(picture: CanvasImageSource): Luma {
  const [width, height] = [1280, 720];
  const to = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  to.imageSmoothingQuality = "high";
  to.drawImage(picture, 0, 0, width, height);
  const { data } = to.getImageData(0, 0, width, height);
  const y = Uint8Array.from(
    { length: width * height },
    (_, i) => 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2],
  );
  return { width, height, y };
}

/** What a decoder does when one frame never came: how many came out after it, how wrong they were, and whether it closed. */
export async function lose(
  config: VideoEncoderConfig,
  missing: number,
): Promise<{ came: number; error?: string; damage: number }> {
  await encode(config);
  const whole: number[] = [];
  await decode((l, i) => whole.splice(i, 0, psnr(original(i), l)));
  const damage: number[] = [];
  const { came, error } = await decode(
    (l, i) => i > missing && damage.push(whole[i] - psnr(original(i), l)),
    (_, i) => i !== missing,
  );
  return { came: came - missing, error, damage: damage.length ? Math.max(...damage) : 0 };
}

/** Whether another rate makes a key frame, and what the second after it and the one after that took, kbit/s. */
export async function reconfigure(
  config: VideoEncoderConfig,
  bitrate: number,
): Promise<{ key: boolean; first: number; second: number }> {
  const fps = config.framerate ?? 15;
  const out: Encoded["chunk"][] = [];
  const encoder = new VideoEncoder({ output: (chunk) => out.push(chunk), error: () => undefined });
  encoder.configure(config);
  const at = Math.floor(count() / 2);
  for (let i = 0; i < count(); i++) {
    if (i === at) encoder.configure({ ...config, bitrate });
    const frame = input(i);
    encoder.encode(frame, { keyFrame: i === 0 });
    frame.close();
    while (encoder.encodeQueueSize > 0) await new Promise((r) => setTimeout(r, 1));
  }
  await encoder.flush();
  encoder.close();
  const kbps = (from: number) => (sum(out.slice(from, from + fps).map((c) => c.byteLength)) * 8) / 1000;
  return { key: out.slice(1).some((c) => c.type === "key"), first: kbps(at), second: kbps(at + fps) };
}

/** A key frame that is asked for in the middle: its bytes, and kbit/s of the second that begins with it. */
export async function asked(config: VideoEncoderConfig): Promise<{ bytes: number; kbps: number }> {
  const at = Math.floor(count() / 2);
  const sizes = (await encode(config, (i) => ({ keyFrame: i === 0 || i === at }))).map(({ chunk }) => chunk.byteLength);
  return { bytes: sizes[at], kbps: (sum(sizes.slice(at, at + (config.framerate ?? 15))) * 8) / 1000 };
}
