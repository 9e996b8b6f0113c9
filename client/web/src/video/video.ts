// The video worker's work: the line on one side, the page on the other; pictures in and out and files between them.

import { type Class, type Frame, LAYER, type Out } from "../frames/frame";
import type { FromRelay, PictureFromRelay, PictureToRelay, VideoCodec } from "../transport/control";
import { Blobs } from "./blobs";
import { decodable } from "./codecs";
import { Incoming } from "./in/incoming";
import { PictureLine } from "./line";
import type { FromVideo, ToVideo } from "./messages";
import { Publisher } from "./out/publisher";
import type { Files, Host, Publishing } from "./seam";

/** What Video is made of; tests bring their own. */
export interface Parts {
  publisher(host: Host): Publishing;
  files(host: Host): Files;
  incoming(events: ConstructorParameters<typeof Incoming>[0]): Incoming;
  decodable(): Promise<VideoCodec[]>;
}

/** The parts of a browser's worker. */
export const browser: Parts = {
  publisher: (host) => new Publisher(host),
  files: (host) => new Blobs(host),
  incoming: (events) => new Incoming(events),
  decodable,
};

/** One stay in a meeting. Made once per worker. */
export class Video implements Host {
  private readonly publisher: Publishing;
  private readonly files: Files;
  private readonly incoming: Incoming;
  private readonly decodes: Promise<void>;
  private codecs: VideoCodec[] = [];
  private line: PictureLine | undefined;
  private welcomed = false;
  private wish: Extract<ToVideo, { type: "watch" }> | undefined;

  constructor(
    readonly post: (message: FromVideo, transfer?: Transferable[]) => void,
    parts: Parts = browser,
  ) {
    this.incoming = parts.incoming({
      post,
      tell: (message) => this.tell(message),
      cannot: (codec) => this.cannot(codec),
    });
    this.publisher = parts.publisher(this);
    this.files = parts.files(this);
    this.decodes = parts.decodable().then((codecs) => {
      this.codecs = codecs;
    });
  }

  /** Takes a message from the page. */
  take(message: ToVideo): void {
    switch (message.type) {
      case "port":
        this.connect(message.port);
        break;
      case "watch":
        this.wish = message;
        void this.watch();
        break;
      case "camera":
        this.publisher.camera(message.frames, message.width, message.height, message.fps);
        break;
      case "camera-off":
        this.publisher.cameraOff();
        break;
      case "screen":
        this.publisher.screen(message.frames, message.width, message.height);
        break;
      case "screen-off":
        this.publisher.screenOff();
        break;
      case "offer":
        this.files.offer(message.hash, message.kind, message.bytes);
        break;
      case "tell":
        this.tell(message.message);
        break;
      case "drawn":
        this.incoming.drawn(message.publication, message.source);
    }
  }

  /** Ends everything. */
  close(): void {
    this.publisher.close();
    this.files.close();
    this.incoming.close();
    this.line?.close();
    this.line = undefined;
  }

  // What follows is for the parts, see Host.

  get publication(): number {
    return this.line?.publication ?? 0;
  }

  get rate(): number {
    return this.line?.rate ?? 0;
  }

  push(out: Out): void {
    if (this.line) this.line.push(out);
    else out.done?.(false);
  }

  drop(publication: number, layer: number): void {
    this.line?.drop(publication, layer);
  }

  backlog(of?: Class): number {
    return this.line?.backlog(of) ?? 0;
  }

  tell(message: PictureToRelay): void {
    this.line?.tell(message);
  }

  time(at: number): number {
    return this.line?.own.time(at) ?? 0;
  }

  /** Before the first welcome nothing can be told: that says it, too. */
  async watch(): Promise<void> {
    await this.decodes;
    if (!this.wish || !this.welcomed) return;
    this.tell({ ...this.wish, decodes: this.codecs, have: this.files.have() });
  }

  // What follows comes from the line.

  private connect(port: MessagePort): void {
    this.line?.close();
    this.line = new PictureLine(port, {
      begin: (fresh) => this.begin(fresh),
      plan: (plan) => this.publisher.plan(plan),
      keys: (layers) => this.publisher.keys(layers),
      frame: (frame) => this.frame(frame),
      told: (message) => this.told(message),
      heard: (voices) => this.incoming.voices(voices),
    });
  }

  private begin(fresh: boolean): void {
    this.welcomed = true;
    void this.watch();
    this.publisher.begin(fresh);
    this.files.begin(fresh);
  }

  private frame(frame: Frame): void {
    if (frame.layer === LAYER.bulk) this.files.onBulk(frame);
    else if (frame.publication !== this.publication) this.incoming.push(frame);
  }

  private told(message: FromRelay): void {
    if (!isOfPictures(message) || this.files.message(message)) return;
    if (message.type !== "pictures") {
      this.post({ type: "told", message });
      return;
    }
    this.incoming.pictures(message);
    this.post(message);
  }

  /** A codec that does not work here after all is not asked for again. */
  private cannot(codec: VideoCodec): void {
    this.codecs = this.codecs.filter((known) => known !== codec);
    void this.watch();
  }
}

const ofPictures: readonly string[] = [
  "pictures",
  "blob",
  "accept",
  "stored",
  "pointer",
] satisfies PictureFromRelay["type"][];

function isOfPictures(message: FromRelay): message is PictureFromRelay {
  return ofPictures.includes(message.type);
}
