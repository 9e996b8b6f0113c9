import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromRelay } from "./control";
import { socketURL } from "./probe";
import type { Session } from "./session";
import { Backlog, dialWebSocket } from "./websocket";

/** A browser's WebSocket whose network a test plays. */
class FakeSocket {
  static last: FakeSocket;
  binaryType = "blob";
  bufferedAmount = 0;
  sent: Uint8Array[] = [];
  closes = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.last = this;
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.bufferedAmount += bytes.length;
  }
  close(): void {
    this.closes++;
  }
  bring(...bytes: number[]): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }
}

const got = { messages: [] as FromRelay[], datagrams: [] as Uint8Array[], ready: 0, closed: 0 };
const events = {
  message: (m: FromRelay) => got.messages.push(m),
  datagram: (bytes: Uint8Array) => got.datagrams.push(bytes),
  ready: () => got.ready++,
  closed: () => got.closed++,
};

async function open(signal = new AbortController().signal): Promise<{ session: Session; socket: FakeSocket }> {
  const dialled = dialWebSocket({ url: "https://a.vn:8443/wt", hashes: [] }, events, signal);
  const socket = FakeSocket.last;
  socket.onopen?.();
  return { session: await dialled, socket };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("self", { location: new URL("https://a.vn:8443/m/abc") });
  Object.assign(got, { messages: [], datagrams: [], ready: 0, closed: 0 });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("session", () => {
  test("datagrams and control messages, each with its kind", async () => {
    const { session, socket } = await open();
    expect(socket.url).toBe("wss://a.vn:8443/ws");
    expect(socket.binaryType).toBe("arraybuffer");
    session.tell({ type: "bye" });
    session.send(Uint8Array.of(7, 8));
    expect(socket.sent.map((bytes) => [...bytes])).toEqual([
      [1, ...new TextEncoder().encode('{"type":"bye"}')],
      [0, 7, 8],
    ]);
    socket.bring(0, 5, 6);
    socket.bring(1, ...new TextEncoder().encode('{"type":"attached"}'));
    expect(got.datagrams).toEqual([Uint8Array.of(5, 6)]);
    expect(got.messages).toEqual([{ type: "attached" }]);
  });

  test("what is of no kind is ignored, what is no message ends the session", async () => {
    const { socket } = await open();
    socket.bring();
    socket.bring(2, 3);
    socket.onmessage?.({ data: "text" });
    expect(got).toMatchObject({ messages: [], datagrams: [], closed: 0 });
    socket.bring(1, 0x7b);
    expect(got.closed).toBe(1);
    expect(socket.closes).toBe(1);
    socket.onclose?.();
    socket.bring(0, 1);
    expect(got).toMatchObject({ datagrams: [], closed: 1 });
  });

  test("is not ready while anything has waited for 300 ms, and tells when it is again", async () => {
    const { session, socket } = await open();
    for (let i = 0; i < 14; i++) {
      expect(session.ready).toBe(true);
      session.send(new Uint8Array(99));
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(20);
    expect(session.ready).toBe(false);
    session.send(new Uint8Array(99)); // a line would not
    await vi.advanceTimersByTimeAsync(1000);
    expect(got.ready).toBe(0);
    socket.bufferedAmount = 100;
    await vi.advanceTimersByTimeAsync(40);
    expect(session.ready).toBe(false);
    socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(40);
    expect(got.ready).toBe(1);
    expect(session.ready).toBe(true);
  });

  test("control messages are never held back", async () => {
    const { session, socket } = await open();
    session.send(new Uint8Array(9));
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.ready).toBe(false);
    session.tell({ type: "mute", muted: true });
    expect(socket.sent).toHaveLength(2);
  });

  test("closing is quiet, the other side's end is told once", async () => {
    const first = await open();
    first.session.send(new Uint8Array(9));
    first.session.close();
    first.socket.onclose?.();
    first.socket.bring(0, 1);
    first.session.send(new Uint8Array(9));
    first.session.tell({ type: "bye" });
    expect(first.session.ready).toBe(false);
    expect(first.socket.sent).toHaveLength(1);
    expect(got).toMatchObject({ closed: 0, datagrams: [] });
    const second = await open();
    second.socket.onclose?.();
    second.socket.onclose?.();
    expect(got.closed).toBe(1);
    expect(second.session.ready).toBe(false);
  });
});

describe("dial", () => {
  test("fails when the socket closes", async () => {
    const dialled = dialWebSocket({ url: "https://a/wt", hashes: [] }, events, new AbortController().signal);
    FakeSocket.last.onclose?.();
    await expect(dialled).rejects.toThrow();
    expect(got.closed).toBe(0);
  });

  test("is given up by its signal, before or while it hangs, and not after", async () => {
    const controller = new AbortController();
    const dialled = dialWebSocket({ url: "https://a/wt", hashes: [] }, events, controller.signal);
    controller.abort();
    await expect(dialled).rejects.toThrow();
    expect(FakeSocket.last.closes).toBe(1);
    await expect(dialWebSocket({ url: "https://a/wt", hashes: [] }, events, AbortSignal.abort())).rejects.toThrow();
    const later = new AbortController();
    const { session, socket } = await open(later.signal);
    later.abort();
    expect(session.ready).toBe(true);
    expect(socket.closes).toBe(0);
  });

  test("goes to the relay, or to the page's own server on a page without TLS", () => {
    expect(socketURL("https://b.vn:8443/wt", new URL("https://a.vn/m/abc"))).toBe("wss://b.vn:8443/ws");
    expect(socketURL("https://127.0.0.1:8080/wt", new URL("http://localhost:8080/m/abc"))).toBe(
      "ws://localhost:8080/ws",
    );
  });
});

test("a backlog's age is that of its oldest byte", () => {
  const backlog = new Backlog();
  expect(backlog.age(0, 5)).toBe(0);
  backlog.write(100, 10);
  backlog.write(50, 20);
  expect(backlog.age(150, 30)).toBe(20);
  expect(backlog.age(51, 30)).toBe(20);
  expect(backlog.age(50, 30)).toBe(10);
  expect(backlog.age(1, 30)).toBe(10);
  expect(backlog.age(0, 30)).toBe(0);
});
