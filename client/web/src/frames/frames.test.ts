import { describe, expect, test } from "vitest";
import cut from "../../../../transport/frames/testdata/frames.json";
import pieces from "../../../../transport/frames/testdata/pieces.json";
import reports from "../../../../transport/frames/testdata/reports.json";
import { Class, type Frame } from "./frame";
import { type Piece, parsePiece, pieceBytes } from "./piece";
import { Receiver } from "./receiver";
import { keysOf, parseReport, reportBytes } from "./report";
import { Sender } from "./sender";

const unhex = (s: string) => Uint8Array.from(Buffer.from(s, "hex"));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");

describe("golden vectors", () => {
  test.each(pieces.pieces)("a piece of layer $layer", ({ wire, number, sent, k, index, shard, ...head }) => {
    expect(hex(pieceBytes({ number, sent, head, k, index, shard: unhex(shard) }))).toBe(wire);
    const piece = parsePiece(unhex(wire)) as Piece;
    expect({ ...piece, shard: hex(piece.shard) }).toEqual({ number, sent, head, k, index, shard });
  });

  test.each(pieces.malformed)("no piece: $why", ({ wire }) => {
    expect(parsePiece(unhex(wire))).toBeUndefined();
  });

  test.each(reports.reports)("a report of $highest", ({ wire, bitmap, ...rest }) => {
    expect(hex(reportBytes({ ...rest, bitmap: unhex(bitmap) }))).toBe(wire);
    expect(parseReport(unhex(wire))).toEqual({ ...rest, bitmap: unhex(bitmap) });
  });

  test.each(reports.malformed)("no report: $why", ({ wire }) => {
    expect(parseReport(unhex(wire))).toBeUndefined();
  });

  test.each(cut)("a frame in pieces of $size, $parity of parity", (v) => {
    const { size, parity, number, sent, payload, pieces: wires, ...head } = v;
    const frame: Frame = { ...head, payload: unhex(payload) };
    const k = wires.length - parity;
    const sender = new Sender((bytes) => {
      sentOut.push(bytes);
      return true;
    });
    const sentOut: Uint8Array[] = [];
    sender.plan(1e8, Math.floor((100 * parity) / k), size);
    sender.push({ frame, class: Class.Main, deadline: 0 }, 0);
    sender.tick(0);
    // Numbers, times and the count of parity are the sender's own; all else is the frame's.
    const bare = (bytes: Uint8Array) => hex(bytes.subarray(5));
    expect(sentOut.slice(0, k).map(bare)).toEqual(wires.slice(0, k).map((w) => bare(unhex(w))));
    for (let from = 0; from + k <= wires.length; from++) {
      const receiver = new Receiver();
      const out = wires.slice(from, from + k).map((w) => receiver.receive(unhex(w), 0));
      expect(out.at(-1)).toEqual(frame);
      expect(out.filter((f) => f)).toHaveLength(1);
    }
    expect([number, sent]).toEqual([parsePiece(unhex(wires[0]))?.number, parsePiece(unhex(wires[0]))?.sent]);
  });

  test("the layers of which key frames are wanted", () => {
    const report = { highest: 0, arrival: 0, hold: 0, count: 0, bitmap: new Uint8Array(0) };
    expect(keysOf({ ...report, keys: 0b1000001 })).toEqual([8, 6]);
    expect(keysOf({ ...report, keys: 0x80 })).toEqual([]);
    expect(keysOf({ ...report, keys: 0x7f })).toEqual([8, 9, 2, 3, 4, 5, 6]);
  });
});
