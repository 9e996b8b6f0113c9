// The video worker's entry. What it does is in video.ts.

import type { ToVideo } from "./messages";
import { Video } from "./video";

const video = new Video((message, transfer = []) => self.postMessage(message, { transfer }));

self.onmessage = ({ data }: MessageEvent<ToVideo>) => video.take(data);
