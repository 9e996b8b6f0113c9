import { deflateRawSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { type FromRelay, maxInflated } from "./control";
import { Unpacker } from "./unpack";

const json = (message: object) => new TextEncoder().encode(JSON.stringify(message));
const packed = (bytes: Uint8Array) => Uint8Array.from([1, ...deflateRawSync(bytes)]);
const said = (n: number, text = "") => ({ type: "error", code: `${n}`, vi: text, en: "" }) as const;

function unpacker() {
  const taken: FromRelay[] = [];
  const fail = vi.fn();
  return { taken, fail, unpacker: new Unpacker((message) => taken.push(message), fail) };
}

test("what is not packed is taken at once", () => {
  const { taken, unpacker: u } = unpacker();
  u.push(json(said(1)));
  expect(taken).toEqual([said(1)]);
});

test("messages keep their order, packed or not", async () => {
  const { taken, unpacker: u, fail } = unpacker();
  const sent = [said(1), said(2, "dài ".repeat(9000)), said(3), said(4, "ngắn"), said(5)];
  sent.forEach((message, i) => {
    u.push(i % 2 ? packed(json(message)) : json(message));
  });
  expect(taken).toHaveLength(1);
  await vi.waitFor(() => expect(taken).toHaveLength(5));
  expect(taken).toEqual(sent);
  u.push(json(said(6)));
  expect(taken.at(-1)).toEqual(said(6));
  expect(fail).not.toHaveBeenCalled();
});

test.each([
  ["no JSON", new TextEncoder().encode("{")],
  ["nothing packed", Uint8Array.of(1, 255, 255)],
  ["something huge", packed(json(said(1, "x".repeat(maxInflated))))],
])("%s ends it, once", async (_, bytes) => {
  const { taken, unpacker: u, fail } = unpacker();
  u.push(bytes);
  u.push(bytes);
  u.push(json(said(1)));
  await vi.waitFor(() => expect(fail).toHaveBeenCalled());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(taken).toEqual([]);
  expect(fail).toHaveBeenCalledOnce();
});
