// Hop 4 of a packet's way where UDP does not get through: one WebSocket with a relay. A binary message is a byte that says what it is, 0 datagram or
// 1 control, and that. TCP repeats what is lost and holds back all that follows; so as not to add a queue of our own to that, a datagram
// is taken only while nothing older than 300 ms waits in the browser, and the line drops what it cannot send in time.

import type { ToRelay } from "./control";
import { socketURL } from "./probe";
import type { Dial, Session, SessionEvents } from "./session";
import { Unpacker } from "./unpack";

const mostWait = 300; // ms that bytes may wait in the browser
const lookEvery = 20; // ms between looks at a socket that takes nothing: it does not say when it does again
const [datagramKind, controlKind] = [0, 1];

/** The Dial of browsers for WebSockets. */
export const dialWebSocket: Dial = (relay, events, signal) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(socketURL(relay.url, self.location));
    socket.binaryType = "arraybuffer";
    const failed = () => {
      signal.removeEventListener("abort", failed);
      socket.onopen = socket.onclose = null;
      socket.close();
      reject(new Error("no WebSocket"));
    };
    socket.onclose = failed;
    socket.onopen = () => {
      signal.removeEventListener("abort", failed);
      resolve(new WebSocketSession(socket, events));
    };
    if (signal.aborted) failed();
    else signal.addEventListener("abort", failed);
  });

/** How long the oldest bytes have been waiting that a socket has not sent yet. */
export class Backlog {
  private written = 0; // bytes ever
  private waiting: { until: number; since: number }[] = []; // oldest first; until: written when these had been added

  /** More bytes were given to the socket. */
  write(bytes: number, now: number): void {
    this.written += bytes;
    this.waiting.push({ until: this.written, since: now });
  }

  /** ms that the oldest byte has waited when so many are not sent yet. */
  age(unsent: number, now: number): number {
    const sent = this.written - unsent;
    while (this.waiting.length > 0 && this.waiting[0].until <= sent) this.waiting.shift();
    return this.waiting.length > 0 ? now - this.waiting[0].since : 0;
  }
}

class WebSocketSession implements Session {
  readonly kind = "websocket";
  private readonly backlog = new Backlog();
  private readonly unpacker: Unpacker;
  private open = true;
  private looking: ReturnType<typeof setInterval> | undefined; // events.ready is owed

  constructor(
    private readonly socket: WebSocket,
    private readonly events: SessionEvents,
  ) {
    this.unpacker = new Unpacker(
      (message) => this.open && events.message(message),
      () => {
        socket.close();
        this.end();
      },
    );
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data);
    socket.onclose = () => this.end();
  }

  get ready(): boolean {
    return this.open && this.backlog.age(this.socket.bufferedAmount, performance.now()) < mostWait;
  }

  send(datagram: Uint8Array<ArrayBuffer>): void {
    if (!this.open) return;
    this.write(datagramKind, datagram);
    if (this.ready) return;
    this.looking ??= setInterval(() => this.look(), lookEvery);
  }

  tell(message: ToRelay): void {
    if (this.open) this.write(controlKind, new TextEncoder().encode(JSON.stringify(message)));
  }

  close(): void {
    this.open = false;
    clearInterval(this.looking);
    this.socket.close(); // after what was sent before
  }

  private write(kind: number, payload: Uint8Array): void {
    const bytes = new Uint8Array(1 + payload.length);
    bytes[0] = kind;
    bytes.set(payload, 1);
    this.socket.send(bytes);
    this.backlog.write(bytes.length, performance.now());
  }

  private look(): void {
    if (!this.ready) return;
    clearInterval(this.looking);
    this.looking = undefined;
    this.events.ready();
  }

  private take(data: unknown): void {
    if (!this.open || !(data instanceof ArrayBuffer)) return;
    const [kind] = new Uint8Array(data, 0, Math.min(1, data.byteLength));
    if (kind === datagramKind) this.events.datagram(new Uint8Array(data, 1));
    if (kind === controlKind) this.unpacker.push(new Uint8Array(data, 1));
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.looking);
    this.events.closed();
  }
}
