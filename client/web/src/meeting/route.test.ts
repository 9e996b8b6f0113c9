import { describe, expect, it } from "vitest";
import { cleanName, nameProblem, readRoute } from "./route";

const route = (path: string) => readRoute(new URL(path, "https://hop.example.vn"));

describe("readRoute", () => {
  it("knows the start page", () => expect(route("/").code).toBeUndefined());

  it("reads a meeting's page with its wishes", () =>
    expect(route("/m/ABCDEFGHJ?name=X%C3%A3%20%20Na%20&join=1&muted=1&lang=en")).toEqual({
      code: "abc-def-ghj",
      name: "Xã Na",
      join: true,
      muted: true,
      lang: "en",
      key: undefined,
    }));

  it("keeps a malformed code for the relay to refuse", () => expect(route("/m/hello").code).toBe("hello"));

  it("survives a broken escape", () => expect(route("/m/%E0%A4%A").code).toBe("%E0%A4%A"));

  it("takes the host key from the fragment only", () => {
    expect(route("/#key=S%2Be=cret").key).toBe("S+e=cret");
    expect(route("/?key=secret").key).toBeUndefined();
  });

  it("ignores languages that it does not speak", () => expect(route("/?lang=fr").lang).toBeUndefined());

  it("joins only when asked", () => expect(route("/m/abc-def-ghj?join=0").join).toBe(false));
});

describe("names", () => {
  it("are cleaned", () => expect(cleanName("\tXã \n Nậm Cắn ")).toBe("Xã Nậm Cắn"));
  it("have 1 to 64 characters", () => {
    expect(nameProblem(" \n")).toBe("empty");
    expect(nameProblem("ế".repeat(64))).toBeUndefined();
    expect(nameProblem("ế".repeat(65))).toBe("long");
    expect(nameProblem("🙂".repeat(64))).toBeUndefined();
  });
});
