import { afterEach, expect, test, vi } from "vitest";
import { dialWebTransport, nothing } from "./session";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a session whose stream has to wait says a little meanwhile", async () => {
  vi.useFakeTimers();
  const sent: Uint8Array[] = [];
  let grant: (stream: unknown) => void = () => undefined;
  const web = {
    ready: Promise.resolve(),
    closed: new Promise(() => undefined),
    datagrams: {
      readable: new ReadableStream(),
      writable: new WritableStream<Uint8Array>({ write: (bytes) => void sent.push(bytes) }),
    },
    createBidirectionalStream: () => new Promise((resolve) => (grant = resolve)),
    close: vi.fn(),
  };
  vi.stubGlobal("WebTransport", function (this: unknown) {
    return web;
  });
  const events = { message: vi.fn(), datagram: vi.fn(), ready: vi.fn(), closed: vi.fn() };
  const dialled = dialWebTransport({ url: "https://a/wt", hashes: [] }, events, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual(Array(10).fill(nothing));
  grant({ readable: new ReadableStream(), writable: new WritableStream() });
  const session = await dialled;
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toHaveLength(10);
  session.send(Uint8Array.of(1, 2, 3));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.at(-1)).toEqual(Uint8Array.of(1, 2, 3));
  expect(web.datagrams).toMatchObject({ incomingHighWaterMark: 64, outgoingMaxAge: 200 });
  session.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(web.close).toHaveBeenCalledTimes(1);
});
