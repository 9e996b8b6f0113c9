// The seams of the video worker: who sends pictures and who moves files plug in here.

import type { Class, Frame, Out } from "../frames/frame";
import type { PictureFromRelay, PictureToRelay, VideoPlan } from "../transport/control";
import type { BlobKind, FromVideo } from "./messages";

/** What the worker offers to its parts. */
export interface Host {
  /** The publication of the line that is up; 0 before the first welcome. */
  readonly publication: number;
  /** Bit/s that pieces may take on the way up, all headers. */
  readonly rate: number;
  /** Hands a frame to the line; done tells whether it arrived. */
  push(out: Out): void;
  /** Forgets what still waits of a layer of a publication or transfer. */
  drop(publication: number, layer: number): void;
  /** Bytes that wait to be sent for the first time, of a class or of all. */
  backlog(of?: Class): number;
  /** Says something to the relay, now; without a session it is lost. */
  tell(message: PictureToRelay): void;
  /** Says watch again, because what is kept (Blobs.have) has changed. */
  watch(): void;
  /** Says something to the page. */
  post(message: FromVideo, transfer?: Transferable[]): void;
  /** The publication's clock, u32 at 48 kHz, at a moment of performance.now(), ms. The voice counts by it, too. */
  time(at: number): number;
}

/** Sends one's own pictures: src/video/out has it, as `class Publisher implements Publishing { constructor(host: Host) }`. */
export interface Publishing {
  /** A line begins or goes on after a welcome: `send` is to be said (again). fresh: under a new publication, so sequences begin at 0 with key frames. */
  begin(fresh: boolean): void;
  /** What is to be sent from now on; undefined: nothing. */
  plan(plan: VideoPlan | undefined): void;
  /** Key frames of these layers are wanted. Asked again until they come. */
  keys(layers: number[]): void;
  camera(frames: ReadableStream<VideoFrame>, width: number, height: number, fps: number): void;
  cameraOff(): void;
  screen(frames: ReadableStream<VideoFrame>, width: number, height: number): void;
  screenOff(): void;
  close(): void;
}

/** Moves files: src/video/blobs.ts has it, as `class Blobs implements Files { constructor(host: Host) }`. */
export interface Files {
  /** A line begins or goes on after a welcome: what was not stored is to be offered again. fresh: under a new line, so ids of transfers are void. */
  begin(fresh: boolean): void;
  /** The beginnings (8 characters) of the hashes of what is kept. */
  have(): string[];
  /** The page wants a file stored. */
  offer(hash: string, kind: BlobKind, bytes: ArrayBuffer): void;
  /** A chunk came. */
  onBulk(frame: Frame): void;
  /** Takes blob, accept and stored; false: not its business, the page is told. */
  message(message: PictureFromRelay): boolean;
  close(): void;
}
