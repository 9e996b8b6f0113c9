// The pictures of others: which sources there are, what of them the page is given, and what the relay is asked for.

import { type Frame, isScreen } from "../../frames/frame";
import type { PictureFromRelay, PictureToRelay, VideoCodec } from "../../transport/control";
import { Alarm } from "../alarm";
import { HeardClocks } from "../clocks";
import type { FromVideo, SourceName } from "../messages";
import type { MakeDecoder } from "./decoder";
import { Source } from "./source";

const mostSources = 8; // one large, five small, and those that just change
const mostUndrawn = 2; // pictures that the page has not drawn yet
const drawnWithin = 1000; // ms after which it is not believed to draw them
const keyEvery = 1000; // ms between requests of a layer
const mostFailures = 3; // of a codec's decoders without a picture between them
const names: SourceName[] = ["camera", "screen"];

/** Whom Incoming tells. */
export interface IncomingEvents {
  post(message: FromVideo, transfer?: Transferable[]): void;
  tell(message: PictureToRelay): void;
  cannot(codec: VideoCodec): void; // decode it: it does not work here
}

interface Of {
  publication: number;
  name: SourceName;
  source: Source;
  undrawn: number;
  posted: number; // when the last
}

/** All sources. */
export class Incoming {
  readonly stats = { pictures: 0, undrawn: 0 };
  private readonly sources = new Map<string, Of>();
  private readonly alarm = new Alarm(() => this.tick());
  private readonly heard = new HeardClocks();
  private readonly asked = new Map<string, number>(); // key frames
  private readonly failures = new Map<VideoCodec, number>();

  constructor(
    private readonly events: IncomingEvents,
    private readonly make: MakeDecoder = (init) => new VideoDecoder(init),
  ) {}

  /** A frame of a picture came. */
  push(frame: Frame): void {
    const now = performance.now();
    this.of(frame.publication, names[Number(isScreen(frame.layer))]).source.push(frame, now);
    this.tick();
  }

  /** The relay says which sources there are, and what is sent of them. */
  pictures({ of }: Extract<PictureFromRelay, { type: "pictures" }>): void {
    const layers = new Map(of.map(([publication, source, layer]) => [`${publication} ${names[source]}`, layer]));
    for (const [key, { source }] of this.sources) {
      const layer = layers.get(key);
      if (layer === undefined) this.end(key);
      else if (layer === 0) source.stop();
    }
  }

  /** When voices are heard. */
  voices(heard: [publication: number, time: number, at: number][]): void {
    this.heard.set(heard);
  }

  /** The page has drawn a picture. */
  drawn(publication: number, name: SourceName): void {
    const of = this.sources.get(`${publication} ${name}`);
    if (of) of.undrawn = Math.max(of.undrawn - 1, 0);
  }

  close(): void {
    this.alarm.clear();
    for (const key of [...this.sources.keys()]) this.end(key);
  }

  private end(key: string): void {
    this.sources.get(key)?.source.close();
    this.sources.delete(key);
  }

  private of(publication: number, name: SourceName): Of {
    const key = `${publication} ${name}`;
    const known = this.sources.get(key);
    if (known) return known;
    if (this.sources.size >= mostSources) {
      const [oldest] = [...this.sources].reduce((a, b) => (b[1].source.used < a[1].source.used ? b : a));
      this.end(oldest);
    }
    const of: Of = { publication, name, source: this.newSource(publication, name), undrawn: 0, posted: 0 };
    this.sources.set(key, of);
    return of;
  }

  private newSource(publication: number, name: SourceName): Source {
    return new Source(this.make, {
      picture: (frame, layer) => this.picture(publication, name, frame, layer),
      paused: (paused) => this.events.post({ type: "paused", publication, source: name, paused }),
      key: (layer) => this.key(publication, layer),
      failed: (codec) => this.failed(codec),
      heard: (time) => (name === "camera" ? this.heard.at(publication, time) : undefined),
    });
  }

  private tick(): void {
    const now = performance.now();
    for (const { source } of this.sources.values()) this.alarm.at(source.tick(now));
  }

  /** A page that does not draw what it has gets no more: those would only lie there. */
  private picture(publication: number, source: SourceName, frame: VideoFrame, layer: number): void {
    const of = this.sources.get(`${publication} ${source}`);
    const now = performance.now();
    this.failures.clear();
    this.stats.pictures++;
    if (of && of.undrawn >= mostUndrawn && now - of.posted > drawnWithin) of.undrawn = 0;
    if (!of || of.undrawn >= mostUndrawn) {
      this.stats.undrawn++;
      frame.close();
      return;
    }
    of.undrawn++;
    of.posted = now;
    this.events.post({ type: "frame", publication, source, frame, layer }, [frame]);
  }

  private key(publication: number, layer: number): void {
    const now = performance.now();
    const id = `${publication} ${layer}`;
    if (now - (this.asked.get(id) ?? Number.NEGATIVE_INFINITY) < keyEvery) return;
    for (const [old, at] of this.asked) if (now - at >= keyEvery) this.asked.delete(old);
    this.asked.set(id, now);
    this.events.tell({ type: "key", publication, layer });
  }

  private failed(codec: VideoCodec): void {
    const failures = (this.failures.get(codec) ?? 0) + 1;
    this.failures.set(codec, failures);
    if (failures === mostFailures) this.events.cannot(codec);
  }
}
