// Hop 4 of a packet's way: one session with a relay, its control messages and its datagrams; here over WebTransport.

import { ControlReader, type FromRelay, messageBytes, type ToRelay } from "./control";
import type { Path } from "./line";
import { Unpacker } from "./unpack";

const goodbye = 300; // ms that the last message has to leave
const nudgeEvery = 100; // ms
const incoming = 64; // datagrams that may wait while the worker is busy
const mostAge = 200; // ms that one may wait in the browser; else Chromium drops it after 1.25 of the least round trip: 4 ms on a line that is near

/** A relay: its WebTransport address and the base64 SHA-256 of its certificates, none if they are public. */
export interface Relay {
  url: string;
  hashes: string[];
}

/** What a session runs on. */
export type Kind = "webtransport" | "websocket";

/** What a session tells its owner. Nothing comes after closed. */
export interface SessionEvents {
  message(message: FromRelay): void;
  datagram(bytes: Uint8Array): void;
  ready(): void; // the browser takes datagrams again
  closed(): void; // by the other side, the network or the browser
}

/** An open session. */
export interface Session extends Path {
  readonly kind: Kind;
  tell(message: ToRelay): void;
  /** Opens a stream beside the control stream; absent if the session has none. */
  openStream?(): Promise<WebTransportBidirectionalStream>;
  /** Ends the session; what was told before still has a moment to leave. */
  close(): void;
}

/** Opens a session. It rejects if the handshake fails or is given up by the signal; browsers do not say why. */
export type Dial = (relay: Relay, events: SessionEvents, signal: AbortSignal) => Promise<Session>;

/** The Dial of browsers for WebTransport. It heeds no signal: a handshake given up counts as one that failed, see backoff.ts. */
export const dialWebTransport: Dial = async (relay, events) => {
  const serverCertificateHashes = relay.hashes.map((hash) => ({
    algorithm: "sha-256",
    value: Uint8Array.from(atob(hash), (c) => c.charCodeAt(0)),
  }));
  const transport = new WebTransport(relay.url, {
    congestionControl: "low-latency",
    ...(serverCertificateHashes.length > 0 && { serverCertificateHashes }),
  });
  transport.closed.catch(() => undefined); // a failed handshake rejects this, too
  await transport.ready;
  const outgoing = outgoingOf(transport).getWriter();
  const timer = setInterval(() => nudge(outgoing), nudgeEvery); // a stream takes seconds where half of all is lost
  try {
    return new WebTransportSession(transport, await transport.createBidirectionalStream(), outgoing, events);
  } finally {
    clearInterval(timer);
  }
};

/** No datagram of the protocol: whoever gets it drops it. */
export const nothing = Uint8Array.of(0xff);

/**
 * Sends a little on a session on which something waits for its answer. What was said may be lost: QUIC says it again when something later was
 * acknowledged, else after waits that double.
 */
function nudge(outgoing: WritableStreamDefaultWriter<Uint8Array>): void {
  if ((outgoing.desiredSize ?? 0) > 0) outgoing.write(nothing).catch(() => undefined);
}

/** Safari has only createWritable, the others have only writable. */
type Outgoing = { writable?: WritableStream<Uint8Array>; createWritable?: () => WritableStream<Uint8Array> };

function outgoingOf({ datagrams }: WebTransport): WritableStream<Uint8Array> {
  const { writable, createWritable } = datagrams as Outgoing;
  return writable ?? (createWritable as () => WritableStream).call(datagrams);
}

class WebTransportSession implements Session {
  readonly kind = "webtransport";
  private readonly control: WritableStreamDefaultWriter<Uint8Array>;
  private open = true;
  private awaited = false; // events.ready is owed

  constructor(
    private readonly web: WebTransport,
    control: WebTransportBidirectionalStream,
    private readonly outgoing: WritableStreamDefaultWriter<Uint8Array>,
    private readonly events: SessionEvents,
  ) {
    this.control = control.writable.getWriter();
    const { datagrams } = web;
    datagrams.incomingHighWaterMark = incoming;
    datagrams.outgoingMaxAge = mostAge;
    const reader = new ControlReader();
    const unpacker = new Unpacker(
      (message) => this.open && events.message(message),
      () => this.end(),
    );
    const take = (bytes: Uint8Array) => {
      for (const message of reader.push(bytes)) unpacker.push(message);
    };
    const ends = [
      web.closed,
      this.read(control.readable, take),
      this.read(datagrams.readable, (bytes) => events.datagram(bytes)),
    ];
    // Whatever ends first ends the session.
    void Promise.race(ends)
      .catch(() => undefined)
      .then(() => this.end());
  }

  get ready(): boolean {
    return this.open && (this.outgoing.desiredSize ?? 0) > 0;
  }

  send(datagram: Uint8Array<ArrayBuffer>): void {
    this.outgoing.write(datagram).catch(() => undefined); // closed tells it
    if (this.ready || this.awaited) return;
    this.awaited = true;
    this.outgoing.ready.then(
      () => {
        this.awaited = false;
        if (this.open) this.events.ready();
      },
      () => undefined,
    );
  }

  tell(message: ToRelay): void {
    this.control.write(messageBytes(message)).catch(() => undefined);
  }

  openStream(): Promise<WebTransportBidirectionalStream> {
    return this.web.createBidirectionalStream();
  }

  close(): void {
    this.open = false;
    this.control.close().catch(() => undefined);
    setTimeout(() => this.shut(), goodbye);
  }

  private async read(stream: ReadableStream<Uint8Array>, take: (bytes: Uint8Array) => void): Promise<void> {
    const reader = stream.getReader();
    for (let r = await reader.read(); !r.done; r = await reader.read()) if (this.open) take(r.value);
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    this.shut();
    this.events.closed();
  }

  private shut(): void {
    try {
      this.web.close();
    } catch {
      // it was closed already
    }
  }
}
