import { afterEach, describe, expect, it } from "vitest";
import { Above } from "../meeting/above";
import { LineJudge, measureOf } from "../meeting/line";
import type { LineState } from "../meeting/messages";
import { boxText } from "./boxtext";
import { meaning } from "./boxwords";
import { lang, learnEnglish, spoken, text } from "./text";
import { aboveWords, detail, inside, lossWords, saying, strip } from "./words";

const clean: LineState = { rtt: 60, lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 30, kbpsUp: 28 };
const view = (more: Partial<LineState>) => new LineJudge().report(measureOf({ ...clean, ...more }));
/** With plain spaces, as one reads it. */
const said = (more: Partial<LineState>) => detail(undefined, view(more), text.value).replaceAll("\u00a0", " ");

afterEach(() => {
  lang.value = "vi";
});

describe("detail", () => {
  it.each([
    ["a clean line", {}, "không mất gói"],
    ["loss and repair", { lossDown: 0.18, recoveredDown: 0.99 }, "Chiều nhận: mất 18 % gói, đã khôi phục 99 %"],
    ["repair of the way up not known", { lossUp: 0.2 }, "Chiều gửi: mất 20 % gói"],
    [
      "the worse of both",
      { lossDown: 0.05, recoveredDown: 1, lossUp: 0.3, recoveredUp: 0.5 },
      "Chiều gửi: mất 30 % gói, đã khôi phục 50 %",
    ],
    ["a satellite", { rtt: 1240, lossDown: 0.02, recoveredDown: 1 }, "Tiếng đến trễ 0,62 giây"],
  ] as const)("of %s", (_what, more, words) => expect(said(more)).toBe(words));

  it("speaks English once it has learnt it", async () => {
    lang.value = "en";
    expect(spoken.value).toBe("vi");
    await learnEnglish();
    expect(spoken.value).toBe("en");
    expect(said({ lossDown: 0.18, recoveredDown: 0.99 })).toBe("Receiving: 18 % of packets lost, 99 % recovered");
    expect(said({ rtt: 1240 })).toBe("Sound is late by 0.62 s");
  });

  it("says how long the line has been gone, whatever it was before", () => {
    const gone = (seconds: number) =>
      detail({ kind: "silent", seconds }, view({ lossDown: 0.2 }), text.value).replaceAll("\u00a0", " ");
    expect([gone(2), gone(59), gone(61)]).toEqual(["đã 2 giây", "đã 59 giây", "đã 1 phút"]);
  });

  it("goes on while the page says that the line is back", () =>
    expect(detail({ kind: "back", seconds: 12 }, view({}), text.value)).toBe("không mất gói"));

  it("is empty before the first report", () => expect(detail(undefined, undefined, text.value)).toBe(""));
});

it("says of each direction what it lost", () => {
  expect(lossWords({ lost: 0 }, text.value)).toBe("không mất gói");
  expect(lossWords({ lost: 7, recovered: 100 }, text.value).replaceAll("\u00a0", " ")).toBe(
    "mất 7 % gói, đã khôi phục 100 %",
  );
});

it("says what a line means and what there is to do", () => {
  const means = (more: Partial<LineState>) => meaning(view(more), boxText.value);
  expect(means({})).toBe(boxText.value.meansGood);
  expect(means({ lossDown: 0.2, recoveredDown: 1 })).toBe(boxText.value.meansWeak);
  expect(means({ lossDown: 0.2 })).toBe(boxText.value.meansBadDown);
  expect(means({ lossUp: 0.2, recoveredUp: 0 })).toBe(boxText.value.meansBadUp);
  expect(means({ rtt: 700 })).toBe(boxText.value.meansSlow);
});

describe("saying", () => {
  const t = text.value;

  it("tells of the microphone while the line is gone, if there is one", () => {
    const gone = { kind: "reconnecting", seconds: 12 } as const;
    expect(saying(gone, undefined, t)).toBe(t.reconnecting);
    expect(saying(gone, "On", t)).toBe(`${t.reconnecting} ${t.micKeptOn}`);
    expect(saying(gone, "Off", t)).toBe(`${t.reconnecting} ${t.micKeptOff}`);
  });

  it("changes once, not every second", () => {
    const all = Array.from({ length: 300 }, (_, seconds) => saying({ kind: "reconnecting", seconds }, "On", t));
    expect(new Set(all).size).toBe(2);
    expect(all[30]).toContain("dây mạng");
  });

  it("says how long it took", () => {
    expect(saying({ kind: "back", seconds: 12 }, "On", t)).toBe("Đã nối lại sau 12\u00a0giây.");
    expect(saying({ kind: "back", seconds: 130 }, "On", t)).toBe("Đã nối lại sau 2\u00a0phút.");
  });

  it("names the backup way", () => expect(saying({ kind: "backup", seconds: 0 }, "On", t)).toContain("đường dự phòng"));
});

it("tells of the line above a site", () => {
  const sentence = { code: "no-name", vi: "Không tìm ra", en: "Not found" };
  expect(strip({ kind: "away", sentence }, "en", text.value)).toBe("Not found");
  expect(strip({ kind: "away" }, "vi", text.value)).toContain("trong nhà vẫn nghe nhau");
  expect(strip({ kind: "back" }, "vi", text.value)).toContain("Đã nối lại với máy chủ");
  const above = new Above();
  const words = () => aboveWords(above, text.value);
  expect(words()).toBe("");
  above.report({ up: true }, 0);
  expect(words()).toBe("Lên máy chủ: đã nối");
  above.report({ up: false }, 1000);
  expect(words()).toBe("Lên máy chủ: đang nối");
  above.tick(4000);
  expect(words()).toBe("Lên máy chủ: mất đường truyền");
  expect(inside(text.value.lineGood, text.value)).toBe("Trong nhà: đường truyền tốt");
});
