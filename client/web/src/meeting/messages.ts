// What the page and its media worker say to each other. The page draws, the worker talks to the relay.

import type { Deck, Do, MeetingEvent, Upstream, WireView } from "../transport/control";
import type { LineState } from "../transport/line";

export type { Deck, Do, LineState, MeetingEvent, Upstream, WireView };

/** One relay of the meeting: its WebTransport address and the hashes (base64 SHA-256) of its certificates, none if they are public. */
export interface Relay {
  url: string;
  hashes: string[];
}

/** A sentence from the relay in both languages. */
export interface Sentence {
  code: string;
  vi: string;
  en: string;
}

export type ToWorker =
  | {
      type: "join";
      meeting: string;
      name: string;
      token?: string;
      muted: boolean;
      listen: boolean;
      relays: Relay[];
      pass?: string;
      key?: CryptoKey; // that the pass is bound to
    }
  | { type: "ports"; capture?: MessagePort; playout: MessagePort } // ports are transferred; may come again when devices change
  | { type: "pictures"; port: MessagePort } // transferred: to the video worker
  | { type: "mute"; muted: boolean }
  | Do // answered by done or refused, once, whatever happens to the line
  | { type: "keep" } // this browser can give the page out of its cache: keep it as the relay has it
  | { type: "renew" } // by HTTP, now; nothing else is asked of this worker
  | { type: "leave" };

export type FromWorker =
  | { type: "state"; state: "connecting" | "joined" | "reconnecting" } // reconnecting: by itself, until leave
  | { type: "ended"; reason: Sentence } // the relay said bye and coming back makes no sense
  | {
      type: "welcome";
      you: string;
      publication: number;
      token: string;
      title: string;
      code: string;
      ms: number; // meeting milliseconds now
      view?: WireView; // absent: what the page knows goes on with events
      events: MeetingEvent[];
    }
  | ({ type: "event" } & MeetingEvent)
  | ({ type: "deck" } & Deck)
  | { type: "done"; id: string }
  | ({ type: "refused"; id: string } & Sentence)
  | { type: "upstream"; upstream: Upstream } // this relay is a site's
  | { type: "levels"; levels: [publication: number, dBov: number][] } // who is heard now, about 10 a second while it changes; own voice too
  | { type: "line"; line: LineState } // once a second
  | { type: "relays"; relays: Relay[] } // of this server, to be dialled at the next visit
  | { type: "renewed"; page: "new" | "same" | "bad" | "unreachable" }
  | { type: "error"; error: Sentence }
  | { type: "sound" }; // the first sound was handed to the loudspeaker
