// A whole meeting, in Vietnamese: a new server, its directory, a meeting from its invitation to its final minutes. One story, told in order.

import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode } from "./browser";
import { diemcau } from "./paths";
import {
  anew,
  hears,
  hearsNothing,
  inMinutes,
  isFair,
  killed,
  type Person,
  patience,
  person,
  pictures,
  reads,
  screens,
} from "./people";
import { Relay } from "./relay";

const communes = ["Xã Chà Vàl", "Xã La Dêê", "Xã Đắc Pring", "Xã Tà Bhing"]; // the last one is not there when the meeting opens
const title = "Giao ban phòng chống bão số 9";

let relay: Relay;
let room: Browser; // whose microphone hears a speech
let hall: Browser; // that has no microphone
let admin: Person;
let chair: Person;
let deputy: Person;
let secretary: Person;
let sites: Person[];
let code = "";

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
  [admin, secretary] = [await person(hall, "Quản trị"), await person(hall, "Bh'riu Thị Nem", screens.television)];
  [chair, deputy] = [await person(room, "Nguyễn Văn An"), await person(hall, "Zơ Râm Bình")];
  sites = await Promise.all(communes.map((name) => person(room, name)));
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

/** A file as Excel saves it. */
const excel = (name: string, ...rows: string[][]) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(`\ufeff${rows.map((row) => row.join(",")).join("\r\n")}\r\n`),
});

describe("before the meeting", () => {
  test("the first start prints a link that makes the administrator", async () => {
    const link = /http\S+\/setup#\S+/.exec(relay.said)?.[0] ?? "";
    await admin.page.goto(link);
    await reads(admin, "Tạo tài khoản quản trị");
    await isFair(admin);
    await admin.fill({ "Họ và tên": "Trần Thị Hoa", "Tên đăng nhập": "quantri" });
    await admin.fill({ "Mật khẩu mới": "con trâu đi trước", "Gõ lại mật khẩu": "con trâu đi trước" });
    await admin.press("Tạo tài khoản quản trị");
    await admin.page.getByRole("heading", { name: "Cuộc họp", level: 1 }).waitFor();
  });

  test("the directory comes from Excel", async () => {
    const bring = async (table: string, file: ReturnType<typeof excel>, rows: number) => {
      await admin.open("Danh bạ", table);
      await admin.open("Nhập từ Excel");
      await admin.page.getByLabel("Tệp CSV").setInputFiles(file);
      await admin.press(`Nhập ${rows} dòng vào danh bạ`);
      await reads(admin, `Đã nhập ${rows} dòng.`);
    };
    const district = "UBND huyện Nam Giang";
    const units = communes.map((name) => [name, "Cấp xã", "Xã", district]);
    const heads = ["Tên đơn vị", "Loại đơn vị", "Cấp", "Đơn vị cấp trên"];
    await bring("Đơn vị", excel("don-vi.csv", heads, [district, "Cấp huyện", "Huyện", ""], ...units), 5);
    const places = communes.map((name, i) => [name, name, `0905 000 11${i}`]);
    await bring("Điểm cầu", excel("diem-cau.csv", ["Tên điểm cầu", "Đơn vị", "Điện thoại"], ...places), 4);
    await admin.open("Danh bạ");
    await pictures(admin, "directory");
    await isFair(admin);
  });

  test("who leads gets an account", async () => {
    await admin.open("Tài khoản");
    for (const [who, login, role] of [
      [chair, "chutri", "Chủ trì"],
      [deputy, "phochutri", "Chủ trì"],
      [secretary, "thuky", "Thư ký"],
    ] as const) {
      await admin.press("Thêm tài khoản");
      await admin.fill({ "Họ và tên": who.name, "Tên đăng nhập": login, "Mật khẩu": "lúa chín đầu mùa" });
      await admin.choose({ "Vai trò": role });
      await admin.press("Lưu lại");
      await reads(admin, `Đã lưu tài khoản ${who.name}.`);
      await who.page.goto(`${relay.base}/login`);
      await who.fill({ "Tên đăng nhập": login, "Mật khẩu": "lúa chín đầu mùa" });
      await who.press("Đăng nhập");
      await reads(who, "Chưa có cuộc họp nào sắp tới.");
    }
    await isFair(admin);
  });

  test("the secretary prepares it", async () => {
    const { date, time } = inMinutes(5);
    const { page } = secretary;
    await secretary.open("Chuẩn bị cuộc họp mới");
    await secretary.fill({ "Tên cuộc họp": title, "Ngày họp": date, "Giờ bắt đầu": time });
    await secretary.fill({ "Cơ quan tổ chức": "UBND huyện Nam Giang", "Nơi chủ trì ngồi": "Phòng họp số 1" });
    await secretary.press("Mời cả cấp xã (4)");
    await reads(secretary, "Đã mời 4 điểm cầu");
    await secretary.press("Thêm nội dung");
    await secretary.fill({ "Nội dung 1": "Khai mạc" });
    for (const [i, commune] of communes.slice(0, 3).entries()) {
      await secretary.press("Thêm nội dung");
      await secretary.fill({ [`Nội dung ${i + 2}`]: `${commune} báo cáo`, [`Số phút của nội dung ${i + 2}`]: "5" });
      await secretary.choose({ [`Ai trình bày nội dung ${i + 2}`]: commune });
    }
    for (const { name } of [chair, deputy]) {
      await secretary.choose({ Người: name });
      await secretary.press("Thêm người");
    }
    await secretary.choose({ [`Việc của ${chair.name}`]: "Chủ trì", [`Việc của ${deputy.name}`]: "Chủ trì dự phòng" });

    await secretary.choose({ "Sự cố 1": "Nếu điểm cầu mất kết nối khi đang báo cáo" });
    await secretary.choose({ "Cách xử lý sự cố 1": "mời điểm tiếp theo, rồi quay lại" });
    await pictures(secretary, "prepare");
    await isFair(secretary);
    await secretary.press("Tạo cuộc họp");
    await reads(secretary, "Đã tạo cuộc họp.");
    code = /meetings\/([^?]+)/.exec(page.url())?.[1] ?? "";
  });

  test("the sites' computers are enrolled", async () => {
    for (const site of sites) {
      await admin.open("Danh bạ");
      await admin.page.getByRole("button", { name: `Gắn máy tính cho ${site.name}` }).click();
      await admin.press("Lấy đường liên kết");
      await site.page.goto(await admin.page.getByLabel("Đường liên kết", { exact: true }).inputValue());
      await site.press("Gắn máy này");
      await reads(site, `Máy này là điểm cầu ${site.name}`);
    }
    await pictures(sites[0], "enrolled");
    await isFair(sites[0]);
  });

  test("they look at the invitation", async () => {
    await secretary.open("Thư mời");
    for (const site of sites.slice(0, 3)) {
      await site.page.goto(await secretary.page.getByLabel(`Thư mời ${site.name}`).inputValue());
      await reads(site, `Máy này là điểm cầu: ${site.name}`);
      await reads(site, "phần của đơn vị mình");
    }
    await pictures(sites[0], "invitation");
    await isFair(sites[0]);
  });
});

describe("the meeting", () => {
  test("is entered", async () => {
    for (const site of sites.slice(0, 3)) {
      await site.open("Vào phòng họp");
      if (site === sites[0]) await isFair(site);
      await site.press("Vào họp");
      await reads(site, "Cuộc họp chưa khai mạc");
    }
    for (const officer of [chair, deputy, secretary]) {
      await officer.page.goto(`${relay.base}/office/meetings`);
      await officer.press(`Vào phòng họp: ${title}`);
    }
    await chair.page.getByLabel("Vào họp với micro tắt").check();
    await chair.press("Vào họp");
    await secretary.press("Vào nghe");
    await deputy.press("Vào nghe");
    for (const officer of [chair, deputy, secretary]) await officer.page.getByLabel("Bàn điều hành").waitFor();
  });

  test("is opened, and the roll is called", async () => {
    await chair.press("Khai mạc");
    await reads(sites[0], "Đang họp");
    await secretary.page.getByRole("tab", { name: "Điểm danh" }).click();
    await secretary.press("Mở điểm danh");
    for (const [i, site] of sites.slice(0, 3).entries()) {
      await site.fill({ "Số người có mặt": `${8 + i}` });
      await site.page.getByLabel(/^Họ tên và chức vụ/).fill("Alăng Mai, Chủ tịch\nBnướch Ba, Trưởng công an");
      if (i === 0) await pictures(site, "roll");
      if (i === 0) await isFair(site);
      await site.press("Báo có mặt");
      await secretary.press(`Xác nhận: ${site.name}`);
      await reads(secretary, `${i + 1}/4 điểm cầu`);
    }
    await pictures(secretary, "secretary");
    await isFair(secretary);
    await secretary.press("Đóng điểm danh");
  });
});
