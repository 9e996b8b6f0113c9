// Control messages and their framing on the control stream, PROTOCOL.md section 6. The twin of Go's transport/control.go and
// session.go.

import { type Protection, Writer } from "../fec";

/** The version of PROTOCOL.md that this code speaks. */
export const protocol = 1;

/** Bytes of a control message at most, as it travels, */
export const maxControl = 65_536;

/** and unpacked. */
export const maxInflated = 262_144;

/** What happened in the meeting: an entry of its log. `meeting/fold` knows the kinds and what their bodies say. */
export interface MeetingEvent {
  n?: number; // absent: of a site's building only
  ms: number; // meeting milliseconds
  kind: string;
  seat?: string; // whom it is about
  actor?: string;
  body?: unknown;
}

/** The meeting as one may see it, as `meeting/view` reads it. */
export type WireView = Record<string, unknown>;

/** The send plan of a voice: bit/s of each layer, 0 = not sent; ms of a frame, and between datagrams. */
export interface VoicePlan {
  lo: number;
  hi: number;
  frame: number;
  interval?: number;
  protection: Protection;
}

/** What a page sends, and in listen what its own playout has to hold, in ms. */
export interface Plan {
  voice: VoicePlan;
  listen?: { budget: number };
  video?: VideoPlan; // absent: no pictures
}

export interface Welcome {
  type: "welcome";
  protocol: number;
  build?: string;
  line: string; // secret of this line: further sessions attach with it
  you: string;
  publication: number;
  token: string;
  meeting: { code: string; title?: string; ms: number };
  view?: WireView; // absent: what the client knows goes on
  events?: MeetingEvent[]; // since then
  plan: Plan;
  relays?: string[];
  quiet?: boolean; // the relay knows of quiet lines
}

/** A codec of pictures. */
export type VideoCodec = "vp8" | "vp9" | "av1" | "h264";

/** A layer of a plan: bit/s of the codec, tenths of frames a second, temporal layers 1 to 3. */
export type LayerPlan = [layer: number, bitrate: number, rate10: number, temporal: number];

/** What a page sends of its pictures; layers that are not listed are not sent. Rate is bit/s of all pieces with headers, piece the bytes of the longest, parity per cent of each frame. */
export interface VideoPlan {
  camera?: VideoCodec;
  screen?: VideoCodec;
  rate?: number;
  piece?: number;
  parity?: number;
  fill?: number; // bit/s up to which repair of the last frame is sent while frames leave room
  layers?: LayerPlan[];
}

/** A source of pictures, 0 camera or 1 screen, and the layer of it that is sent to this page now, 0: none. */
export type Shown = [publication: number, source: number, layer: number];

/** What one wants to see; voice: no pictures, slides: none but slides. */
export type WatchMode = "all" | "slides" | "voice";

/** Whom a blob serves: a page of slides, the list of a deck's pages, a report recorded before. */
export type BlobKind = "slide" | "deck" | "report";

/** What can be sent of one source: codecs, best first; px; pictures a second; the highest layer that can be encoded now, absent: any. */
export interface SendSource {
  codecs: VideoCodec[];
  width: number;
  height: number;
  fps?: number;
  most?: number;
}

/** What a page says of pictures and of what is sent ahead, PROTOCOL.md section 13. */
export type PictureToRelay =
  | {
      type: "watch";
      mode: WatchMode;
      decodes: VideoCodec[];
      large?: number; // publication, absent: the relay's choice
      small?: number; // 0 to 5 small pictures
      height?: number; // px of the large picture, absent: any
      have?: string[]; // the first 8 characters of hashes that are kept
    }
  | { type: "send"; camera?: SendSource; screen?: SendSource } // absent: off
  | { type: "key"; publication: number; layer: number }
  | { type: "offer"; hash: string; size: number; kind: BlobKind }
  | { type: "point"; x?: number; y?: number }; // 0 to 10,000 of the slide; absent: nowhere

/** What the relay says of them. */
export type PictureFromRelay =
  | { type: "pictures"; large?: Shown; of: Shown[]; room: number } // all sources that there are; kbit/s for pictures
  | { type: "blob"; id: number; hash: string; size: number; kind: BlobKind } // its chunks will come under id
  | { type: "accept"; hash: string; id: number; missing?: [from: number, to: number][] } // chunks; absent: all
  | { type: "accept"; hash: string; id?: undefined; code: string; vi: string; en: string } // refused
  | { type: "stored"; hash: string }
  | { type: "pointer"; seat: string; x?: number; y?: number };

/** How the line of a site's relay to the one above is. Only a site's relay sends it. */
export interface Upstream {
  up: boolean; // false: only the seats of this building are heard
  site?: string; // the site's name
  code?: string; // why it is not up, or what is to be mended though it is
  vi?: string;
  en?: string;
}

/** How the uplink of the seat is whose turn is next. */
export interface Deck {
  seat: string;
  video?: boolean; // it carries voice and picture
  kbps?: number; // proved so far
  busy?: boolean; // still being tried
}

export interface Bye {
  type: "bye";
  code?: string;
  vi?: string;
  en?: string;
  again?: boolean;
}

export type FromRelay =
  | Welcome
  | { type: "attached" }
  | ({ type: "event" } & MeetingEvent)
  | { type: "done"; id: string; n?: number }
  | { type: "refused"; id: string; code: string; vi: string; en: string }
  | ({ type: "deck" } & Deck)
  | { type: "probe"; id: number; rate: number; ms: number }
  | ({ type: "plan" } & Plan)
  | { type: "clock"; of: { publication: number; time: number; ms: number; ppm?: number }[] }
  | ({ type: "upstream" } & Upstream)
  | { type: "awaiting" }
  | { type: "ring"; meeting: string; title?: string; text?: string }
  | { type: "error"; code: string; vi: string; en: string }
  | PictureFromRelay
  | Bye;

export interface Hello {
  type: "hello";
  protocol: number;
  build?: string;
  meeting: string;
  name: string;
  token?: string;
  muted?: boolean; // absent: as the seat was
  listen?: boolean;
  cursor?: string; // of what one knows already
  quiet?: boolean; // this page knows of quiet lines
  pass?: string;
  line?: string; // the secret that the line is to have,
  proof?: string; // signed with the key that the pass is bound to
}

/** A command, under an id: what comes twice is done once. */
export interface Do {
  type: "do";
  id: string;
  act: string;
  [member: string]: unknown;
}

/** First message of one more session of a line. With control, it is the one on which events travel from now on. */
export interface Attach {
  type: "attach";
  protocol: number;
  line: string;
  control?: boolean;
  cursor?: string;
}

/** First message of a session that waits for meetings to ring a site. */
export interface Await {
  type: "await";
  protocol: number;
  pass: string;
  proof: string;
  line: string; // what the proof is over
}

export type ToRelay =
  | Hello
  | Attach
  | Await
  | { type: "answer"; meeting: string }
  | { type: "beat" }
  | Do
  | { type: "mute"; muted: boolean }
  | PictureToRelay
  | { type: "bye" };

/** The framed form of a message. */
export function messageBytes(message: ToRelay): Uint8Array<ArrayBuffer> {
  return new Writer().block(new TextEncoder().encode(JSON.stringify(message))).done();
}

/** Cuts the bytes of a control stream into those of messages. */
export class ControlReader {
  private bytes = new Uint8Array(0);

  /** Takes what came and returns the messages that are now complete. Throws if the stream cannot be read on. */
  push(more: Uint8Array): Uint8Array<ArrayBuffer>[] {
    const joined = new Uint8Array(this.bytes.length + more.length);
    joined.set(this.bytes);
    joined.set(more, this.bytes.length);
    this.bytes = joined;
    const messages: Uint8Array<ArrayBuffer>[] = [];
    for (let m = this.next(); m; m = this.next()) messages.push(m);
    return messages;
  }

  private next(): Uint8Array<ArrayBuffer> | undefined {
    if (this.bytes.length === 0) return undefined;
    const prefix = 1 << (this.bytes[0] >> 6);
    if (this.bytes.length < prefix) return undefined;
    let size = this.bytes[0] & 0x3f;
    for (const byte of this.bytes.subarray(1, prefix)) size = size * 256 + byte;
    if (size > maxControl) throw new Error("control message too long");
    if (this.bytes.length < prefix + size) return undefined;
    const message = this.bytes.slice(prefix, prefix + size);
    this.bytes = this.bytes.slice(prefix + size);
    return message;
  }
}
