// The media worker's entry. What it does is in media.ts.

import { opusAvailable, VoiceEncoder, VoicePlayer } from "../codec";
import { Offline } from "../offline/offline";
import { browser } from "../transport";
import { Media } from "./media";
import type { FromWorker, ToWorker } from "./messages";

const post = (message: FromWorker) => self.postMessage(message);
const offline = new Offline(post);
const media = new Media(
  {
    ...browser,
    build: () => offline.build,
    offline,
    opusAvailable,
    encoder: (events) => new VoiceEncoder(events),
    player: (events) => new VoicePlayer(events),
  },
  post,
);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (!offline.take(data)) media.take(data);
};
