// The media worker's entry. What it does is in media.ts.

import { opusAvailable, VoiceEncoder, VoicePlayer } from "../codec";
import { dial, probe } from "../transport";
import { Media } from "./media";
import type { FromWorker, ToWorker } from "./messages";

const media = new Media(
  {
    dial,
    probe,
    opusAvailable,
    encoder: (events) => new VoiceEncoder(events),
    player: (events) => new VoicePlayer(events),
  },
  (message: FromWorker) => self.postMessage(message),
);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => media.take(data);
