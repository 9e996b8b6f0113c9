import { afterEach, describe, expect, it, vi } from "vitest";
import { getMeeting, Refusal, Unreachable } from "./api";
import { getSite, openMeeting } from "./hosting";

const sentence = { code: "meeting-unknown", vi: "Không có cuộc họp này.", en: "There is no such meeting." };

function answer(status: number, body: string) {
  const fetch = vi.fn(async (_path: string, _init: RequestInit) => new Response(body, { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe("getMeeting", () => {
  it("asks for the code, escaped", async () => {
    const meeting = { code: "abc-def-ghj", title: "Giao ban", relays: [] };
    const fetch = answer(200, JSON.stringify(meeting));
    expect(await getMeeting("a/b?c")).toEqual(meeting);
    expect(fetch.mock.calls[0][0]).toBe("/api/meetings/a%2Fb%3Fc");
  });

  it("hands on the relay's sentence", async () => {
    answer(404, JSON.stringify(sentence));
    const refusal = await getMeeting("x").catch((e: unknown) => e);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).sentence).toEqual(sentence);
  });

  it.each([
    [502, "<html>Bad gateway"],
    [500, "{}"],
    [500, "null"],
  ])("calls a server unreachable that answers %d %s", async (status, body) => {
    answer(status, body);
    await expect(getMeeting("x")).rejects.toBeInstanceOf(Unreachable);
  });

  it("calls a line unreachable that is down", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(getMeeting("x")).rejects.toBeInstanceOf(Unreachable);
  });
});

describe("getSite", () => {
  it("says what the site is in", async () => {
    const site = { site: "Xã Na", meetings: [{ code: "abc-def-ghj", title: "Giao ban", upstream: { up: true } }] };
    answer(200, JSON.stringify(site));
    expect(await getSite()).toEqual(site);
  });

  it("says nothing where the server is no site", async () => {
    answer(404, JSON.stringify(sentence));
    expect(await getSite()).toBeUndefined();
  });

  it("does not take a server that is away for one that is no site", async () => {
    answer(502, "<html>Bad gateway");
    await expect(getSite()).rejects.toBeInstanceOf(Unreachable);
  });
});

it.each([
  [503, "no-upstream", true],
  [503, "site-revoked", true],
  [503, "relay-full", false],
  [404, "meeting-unknown", false],
  [429, "too-many", false],
])("knows whether a refusal with %d %s may end in a moment", async (status, code, soon) => {
  answer(status, JSON.stringify({ ...sentence, code }));
  const refusal = await getMeeting("x").catch((e: unknown) => e);
  expect((refusal as Refusal).soon).toBe(soon);
});

it("opens a meeting with the host key, whatever its letters", async () => {
  const opened = { code: "abc-def-ghj", title: "Giao ban", link: "https://hop.example.vn/m/abc-def-ghj" };
  const fetch = answer(201, JSON.stringify(opened));
  expect(await openMeeting("Giao ban", " khóa ")).toEqual(opened);
  const [path, init] = fetch.mock.calls[0];
  expect([path, init.method, init.body]).toEqual(["/api/meetings", "POST", '{"title":"Giao ban"}']);
  const header = new Headers(init.headers).get("Authorization") ?? "";
  expect(new TextDecoder().decode(Uint8Array.from(header, (c) => c.charCodeAt(0)))).toBe("Bearer khóa");
});
