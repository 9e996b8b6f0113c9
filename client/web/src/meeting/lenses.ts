// The cameras of this computer, and its screen, as streams of pictures.

/** Why there is no picture of one's own. */
export type Lack = "refused" | "none" | "taken" | "unplugged" | "unsupported" | "failed";

/** A camera or screen that is open. */
export interface Opened {
  stream: MediaStream; // for the page to look at
  device: string; // id of the camera
  frames: ReadableStream<VideoFrame>; // to be transferred, once
  width: number;
  height: number;
  fps: number;
  onEnded: (() => void) | undefined; // it was unplugged, or the browser's own button stopped it
  close(): void;
}

/** What opens them; another in tests. */
export interface Lenses {
  camera(device: string | undefined): Promise<Opened>;
  screen(): Promise<Opened>;
  list(): Promise<MediaDeviceInfo[]>;
  onChange(changed: () => void): () => void;
}

/** What a browser's refusal to open a camera means. */
export function lackOf(error: unknown): Lack {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "taken";
    case "NotSupportedError":
    case "TypeError":
      return "unsupported";
    default:
      return "failed";
  }
}

const full = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** Those of the browser. */
export const lenses: Lenses = {
  async camera(device) {
    const deviceId = device ? { ideal: device } : undefined;
    return opened(await navigator.mediaDevices.getUserMedia({ video: { ...full, deviceId } }));
  },
  async screen() {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
    return opened(stream, "detail");
  },
  async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
  },
  onChange(changed) {
    navigator.mediaDevices.addEventListener("devicechange", changed);
    return () => navigator.mediaDevices.removeEventListener("devicechange", changed);
  },
};

function opened(stream: MediaStream, hint = "motion"): Opened {
  const [track] = stream.getVideoTracks();
  try {
    track.contentHint = hint;
    const { width = 1280, height = 720, frameRate = 30, deviceId = "" } = track.getSettings();
    const { readable } = new MediaStreamTrackProcessor({ track });
    const out: Opened = {
      stream,
      device: deviceId,
      frames: readable,
      width,
      height,
      fps: frameRate,
      onEnded: undefined,
      close: () => track.stop(),
    };
    track.addEventListener("ended", () => out.onEnded?.());
    return out;
  } catch (error) {
    track.stop(); // or its lamp stays on
    throw error;
  }
}
