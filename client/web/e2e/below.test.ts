// A led meeting of a building with a relay of its own: who sits in it asks for the floor, is called and heard above.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, decode } from "./browser";
import { sounds } from "./ear";
import { hearsNothing, isFair, type Person, patience, person, reads } from "./people";
import { ask, Relay, Site } from "./relay";

let relay: Relay;
let site: Site;
let room: Browser; // whose microphone hears a speech
let hall: Browser; // that has no microphone
let chair: Person; // beside the relay
let speaker: Person; // in the building
let listener: Person; // in the building

beforeAll(async () => {
  relay = await Relay.start();
  site = await Site.start(relay, "Xã Ga Ry");
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
  [chair, speaker, listener] = [
    await person(hall, "Chủ tọa"),
    await person(room, "Xã Ga Ry"),
    await person(hall, "Nhà văn hóa"),
  ];
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await site?.end();
  await relay?.end();
});

test("whoever sits below a site raises a hand, is called, is heard above and in the building, and yields", async () => {
  const plan = { mode: "moderated", invited: [], agenda: [{ id: 1, title: "Khai mạc" }] };
  const meeting = await ask<{ code: string; chair: string }>(relay.base, "meetings", { title: "Họp huyện", plan });
  const entrance = (base: string, { name }: Person) =>
    `${base}/m/${meeting.code}?lang=vi&join=1&name=${encodeURIComponent(name)}`;
  await chair.page.goto(`${entrance(relay.base, chair)}${new URL(meeting.chair).hash}`);
  for (const one of [listener, speaker]) await one.page.goto(entrance(site.base, one));
  await chair.press("Khai mạc");

  await reads(speaker, "Micro đang đóng");
  await hearsNothing(chair);
  await hearsNothing(listener);
  await speaker.page.keyboard.press("h");
  await reads(speaker, "Đầu hàng chờ");
  await reads(chair, "vừa giơ tay");
  await chair.page.keyboard.press("n");
  await reads(speaker, "Mời xã Ga Ry phát biểu");
  await reads(listener, "Mời xã Ga Ry phát biểu");
  await isFair(speaker);
  await speaker.page.keyboard.press(" ");
  await Promise.all([sounds(chair.page), sounds(listener.page)]);
  await speaker.press("Đã phát biểu xong");
  await reads(chair, "Chưa mời ai phát biểu");
  await hearsNothing(chair);
  await hearsNothing(listener);
});

test("without the line above one is told why a hand cannot be raised", async () => {
  await site.uplink(false);
  await reads(speaker, "Mất đường truyền lên máy chủ");
  await speaker.page.keyboard.press("h");
  await speaker.page.getByRole("alert").getByText(/./).first().waitFor(patience);
  await site.uplink(true);
  await reads(speaker, "Đã nối lại với máy chủ");
  await speaker.page.keyboard.press("h");
  await reads(speaker, "Đầu hàng chờ");
  expect(await chair.page.getByText("vừa giơ tay").count()).toBe(1);
});
