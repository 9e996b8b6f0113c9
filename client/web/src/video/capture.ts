// Cameras and screens, in the page: workers are given their pictures as a stream.
//
//   const camera = new Camera({
//     opened: ({ frames, width, height, fps, stream }) =>
//       (worker.postMessage({ type: "camera", frames, width, height, fps }, [frames]), show(stream)),
//     closed: () => worker.postMessage({ type: "camera-off" }),
//     trouble: (sentence) => tell(sentence), // undefined: it is well again
//   });
//   await camera.open(); await camera.next(); camera.close(); await Camera.list();
//
// Screen is the same without devices. What goes wrong is told as a sentence; nothing here throws.

import type { Sentence } from "../meeting/messages";
import { framesOf } from "./film";
import { type OwnTrouble, troubleOf } from "./troubles";

/** A camera that is plugged in. Its name is empty before the person allowed cameras once. */
export interface CameraDevice {
  id: string;
  name: string;
}

/** A source that gives pictures. The stream is for one's own view; who takes frames must read or cancel it. */
export interface Captured {
  frames: ReadableStream<VideoFrame>; // to be transferred to the worker
  width: number; // px
  height: number;
  fps: number; // 0: not known
  stream: MediaStream; // for a <video>, muted
  device: string; // id
}

/** What the owner has to do. */
export interface CaptureEvents {
  opened(captured: Captured): void; // also in place of what was opened before
  closed(): void; // it was on, and no pictures come any more
  trouble(sentence: Sentence | undefined): void; // undefined: what was told last is over
}

/** One's own camera. One call at a time: what is asked while one opens is done after it. */
export class Camera {
  #track: MediaStreamTrack | undefined;
  #device: string | undefined; // chosen by the person, or the one that opened
  #wanted = false;
  #told = false;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #plugged = () => void this.#again();

  constructor(private readonly events: CaptureEvents) {}

  /** Whether it gives pictures. */
  get on(): boolean {
    return this.#track !== undefined;
  }

  /** The id of the camera that is open, or was last. */
  get device(): string | undefined {
    return this.#device;
  }

  /** The cameras that there are. */
  static async list(): Promise<CameraDevice[]> {
    try {
      const all = await navigator.mediaDevices.enumerateDevices();
      const cameras = all.filter(({ kind }) => kind === "videoinput");
      return cameras.map(({ deviceId, label }) => ({ id: deviceId, name: label }));
    } catch {
      return [];
    }
  }

  /** Opens a camera, absent: the one used last, or the browser's choice. Returns whether it is on. */
  open(device = this.#device): Promise<boolean> {
    this.#wanted = true;
    navigator.mediaDevices?.addEventListener("devicechange", this.#plugged);
    return this.#after(() => this.#open(device));
  }

  /** Takes the next camera in the list; returns false if there is no other. If that one fails, the one before is opened again. */
  next(): Promise<boolean> {
    return this.#after(async () => {
      const all = await Camera.list();
      const before = this.#device;
      const at = all.findIndex(({ id }) => id === before);
      const next = all[(at + 1) % all.length];
      if (!this.#wanted || !next || next.id === before) return false;
      if (await this.#open(next.id)) return true;
      if (before !== undefined) await this.#open(before);
      return false;
    });
  }

  /** Switches it off. */
  close(): void {
    this.#wanted = false;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#plugged);
    this.#tell(undefined);
    this.#stop();
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #open(device: string | undefined): Promise<boolean> {
    if (!this.#wanted) return false;
    // Many computers have no room for two cameras at once: the old one goes first. The worker waits a moment for the new one.
    const before = this.#track;
    this.#release();
    const opened = await openCamera(device);
    if (!this.#wanted) {
      if (typeof opened !== "string") stopAll(opened);
      return false;
    }
    if (typeof opened === "string") {
      this.#tell(opened);
      if (before) this.events.closed();
      return false;
    }
    this.#take(opened);
    return true;
  }

  #take(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    this.#track = track;
    const { width = 1280, height = 720, frameRate = 0, deviceId } = track.getSettings();
    this.#device = deviceId ?? this.#device;
    track.onended = () => this.#lost(track);
    track.onmute = () => this.#track === track && this.#tell("camera-dark");
    track.onunmute = () => this.#track === track && this.#tell(undefined);
    this.#tell(track.muted ? "camera-dark" : undefined);
    const device = this.#device ?? "";
    this.events.opened({ frames: framesOf(track), width, height, fps: Math.round(frameRate), stream, device });
  }

  #lost(track: MediaStreamTrack): void {
    if (this.#track !== track) return;
    this.#stop();
    this.#tell("camera-lost");
  }

  /** A device came or went: one that was lost may be back. */
  async #again(): Promise<void> {
    if (!this.#wanted || this.#track || (await Camera.list()).length === 0) return;
    await this.#after(async () => this.#track !== undefined || this.#open(this.#device));
  }

  #release(): void {
    const track = this.#track;
    this.#track = undefined;
    track?.stop();
  }

  #stop(): void {
    if (!this.#track) return;
    this.events.closed(); // first: the worker must not take the end of the stream for a loss
    this.#release();
  }

  #tell(trouble: OwnTrouble | undefined): void {
    if (trouble === undefined && !this.#told) return;
    this.#told = trouble !== undefined;
    this.events.trouble(trouble && troubleOf(trouble));
  }
}

/** One's own screen, or a window of it, as the person chooses in the browser's own dialogue. */
export class Screen {
  #track: MediaStreamTrack | undefined;

  constructor(private readonly events: CaptureEvents) {}

  /** Whether something is shared. */
  get on(): boolean {
    return this.#track !== undefined;
  }

  /** Asks the person what to share; must be called in a press of a button. What was shared before is replaced. Returns whether something is. */
  async open(): Promise<boolean> {
    const opened = await openScreen();
    if (typeof opened === "string") {
      if (opened !== "cancelled") this.events.trouble(troubleOf(opened));
      return this.on;
    }
    this.#release();
    const track = opened.getVideoTracks()[0];
    this.#track = track;
    track.contentHint = "text";
    track.onended = () => this.#track === track && this.close(); // by the browser's own "stop sharing"
    const { width = 1280, height = 720, frameRate = 0, deviceId = "" } = track.getSettings();
    const fps = Math.round(frameRate);
    this.events.opened({ frames: framesOf(track), width, height, fps, stream: opened, device: deviceId });
    return true;
  }

  /** Shares nothing any more. */
  close(): void {
    if (!this.#track) return;
    this.events.closed();
    this.#release();
  }

  #release(): void {
    const track = this.#track;
    this.#track = undefined;
    track?.stop();
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function openCamera(device: string | undefined): Promise<MediaStream | OwnTrouble> {
  if (!navigator.mediaDevices?.getUserMedia || typeof VideoEncoder === "undefined") return "pictures-old";
  const video: MediaTrackConstraints = {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    ...(device ? { deviceId: { exact: device } } : {}),
  };
  try {
    return await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    const name = nameOf(error);
    // The one that was chosen is gone, or can do nothing of what is asked: any is better than none.
    if (device && (name === "OverconstrainedError" || name === "NotFoundError")) return openCamera(undefined);
    if (name === "OverconstrainedError") return openPlainly();
    return troubleNamed(name);
  }
}

/** A camera that refuses every wish still has some picture. */
async function openPlainly(): Promise<MediaStream | OwnTrouble> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: true });
  } catch (error) {
    return troubleNamed(nameOf(error));
  }
}

async function openScreen(): Promise<MediaStream | OwnTrouble | "cancelled"> {
  if (!navigator.mediaDevices?.getDisplayMedia || typeof VideoEncoder === "undefined") return "pictures-old";
  const video = { width: { max: 1280 }, height: { max: 720 }, frameRate: { ideal: 8, max: 10 } };
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video, audio: false });
  } catch (error) {
    const name = nameOf(error);
    if (name !== "NotAllowedError" && name !== "AbortError") return "screen-failed";
    // Browsers give one name to the person's "cancel" and to the system's "no".
    return /system/i.test(String(error)) ? "screen-refused" : "cancelled";
  }
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}

function troubleNamed(name: string): OwnTrouble {
  if (name === "NotAllowedError" || name === "SecurityError") return "camera-refused";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "camera-none" : "camera-busy";
}
