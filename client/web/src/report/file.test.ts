// The file's format, by the vector that the relay's parser is held to as well.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { joined, type Moment, PAGE, read, STILL, turned, turnOf, VOICE, write } from "./file";

const vector = JSON.parse(
  readFileSync(new URL("../../../../relay/slides/testdata/report.json", import.meta.url), "utf8"),
) as { file: string; records: { kind: number; ms: number; first?: number; data?: string; page?: object }[] };

const hash = (letter: string) => letter.repeat(43);
const turn = { deck: "d1", page: 2, lo: hash("A"), hi: hash("E") };

/** As they come: voice is out of its encoder behind the page that was turned meanwhile. */
const moments: Moment[] = [
  turned(0, { ...turn, page: 1, hi: undefined }),
  { kind: STILL, ms: 35, body: joined(1, Uint8Array.of(0x82, 0x49, 0x83)) },
  turned(41, turn),
  { kind: VOICE, ms: 20, body: joined(0xa8, Uint8Array.of(0x58, 1, 2, 3)) },
  { kind: VOICE, ms: 60, body: joined(0x7f, Uint8Array.of(0x58, 9)) },
];

test("a file is that of the vector, in the order of time", () => {
  expect(Buffer.from(write(moments)).toString("base64")).toBe(vector.file);
  const found = read(write(moments).buffer);
  expect(found.map(({ kind, ms }) => [kind, ms])).toEqual(vector.records.map(({ kind, ms }) => [kind, ms]));
  for (const [i, { kind, body }] of found.entries()) {
    const { first, data, page } = vector.records[i];
    if (kind === PAGE) expect(turnOf(found[i])).toEqual(page);
    else expect([body[0], Buffer.from(body.subarray(1)).toString("base64")]).toEqual([first, data]);
  }
});
