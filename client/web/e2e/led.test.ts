// A whole meeting, in Vietnamese: a new server, its directory, a meeting from its invitation to its final minutes. One story, told in order.

import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode, heard } from "./browser";
import { sounds } from "./ear";
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
  story,
} from "./people";
import { Relay } from "./relay";

const communes = ["Xã Chà Vàl", "Xã La Dêê", "Xã Đắc Pring", "Xã Tà Bhing"]; // the last one is not there when the meeting opens
const title = "Giao ban phòng chống bão số 9";

story();

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
    const sits = async (site: Person) => {
      await site.open("Vào phòng họp");
      await reads(site, "Chuẩn bị vào họp");
      expect(await site.page.getByLabel(/^Tên điểm cầu/).inputValue()).toBe(site.name);
      if (site === sites[0]) await isFair(site);
      await site.press("Vào họp");
      await reads(site, "Cuộc họp chưa khai mạc");
    };
    await Promise.all([...sites.slice(0, 3).map(sits), ...[chair, deputy, secretary].map(presides)]);
  });

  test("is opened, and the roll is called", async () => {
    await chair.press("Khai mạc");
    await reads(sites[0], "Đang họp");
    await tab(secretary, "Điểm danh");
    await secretary.press("Mở điểm danh");
    for (const [i, site] of sites.slice(0, 3).entries()) {
      await site.fill({ "Số người có mặt": `${8 + i}` });
      await site.page.getByLabel(/^Họ tên và chức vụ/).fill("Alăng Mai, Chủ tịch\nBnướch Ba, Trưởng công an");
      if (i === 0) await pictures(site, "roll");
      if (i === 0) await isFair(site);
      await site.press("Báo có mặt");
      await secretary.press(`Xác nhận: ${site.name}`);
      await secretary.page.getByRole("row", { name: site.name }).getByText("Đã xác nhận").waitFor();
    }
    await reads(secretary, "3/4 điểm cầu có mặt, 27 người");
    await pictures(secretary, "secretary");
    await isFair(secretary);
    await secretary.press("Đóng điểm danh");
  });

  test("keeps microphones closed until one is called", async () => {
    await reads(sites[1], "Micro đang đóng");
    await expect.poll(() => sites[1].page.getByText("Đang nói").count(), patience).toBe(0);
    await hearsNothing(chair);
    await sites[1].page.keyboard.press("h");
    await reads(sites[1], "Đầu hàng chờ");
    await sites[1].press("Có ý kiến");
    await reads(chair, "Có ý kiến");
    await pictures(chair, "chair");
    await isFair(chair);
    await heard(sites[1].page);
    await chair.page.keyboard.press("n");
    await reads(sites[1], "Mời xã La Dêê phát biểu");
    await reads(sites[0], "Mời xã La Dêê phát biểu");
    await pictures(sites[0], "another-called");
    await hears(sites[1]); // the tone: nobody else speaks
    await pictures(sites[1], "called");
    await isFair(sites[1]);
    await sites[1].page.keyboard.press(" ");
    await reads(sites[1], "Micro đang mở, mọi người đang nghe.");
    await sounds(chair.page);
    await pictures(sites[1], "speaks");
    await sites[1].press("Đã phát biểu xong");
    await reads(chair, "Chưa mời ai phát biểu");
    await hearsNothing(chair);
  });

  test("goes on after a site is cut off in its report, and returns to it", async () => {
    const [first, second] = sites;
    await chair.page.keyboard.press("n");
    await first.press("Bấm để nói Phím cách");
    await sounds(chair.page);
    await killed(first);
    await reads(chair, `${first.name} mất kết nối khi đang phát biểu.`);
    await pictures(chair, "incident");
    await isFair(chair);
    await chair.page.getByRole("alert").getByRole("button", { name: "Tiếp theo" }).click();
    await reads(second, "Mời xã La Dêê phát biểu");
    await anew(first);
    await first.page.goto(`${relay.base}/`);
    await first.open("Vào họp");
    await reads(first, "Mục 3/4");
    await second.press("Xin nhường lượt");
    await reads(chair, "Chưa mời ai phát biểu");
    await chair.page.keyboard.press("r");
    await reads(first, "Mời xã Chà Vàl phát biểu");
    await first.press("Bấm để nói Phím cách");
    await sounds(chair.page);
    await first.press("Đã phát biểu xong");
    await reads(chair, "Chưa mời ai phát biểu");
  });

  test("votes", async () => {
    await tab(chair, "Biểu quyết");
    await chair.fill({ "Nội dung biểu quyết": "Sơ tán dân thôn Pà Lanh trong đêm nay" });
    await chair.press("Lấy biểu quyết");
    const [first, second, third] = sites;
    await reads(first, "Sơ tán dân thôn Pà Lanh trong đêm nay");
    await pictures(first, "poll");
    await isFair(first);
    await first.press("Tán thành");
    await second.press("Tán thành");
    await third.press("Ý kiến khác");
    await third.fill({ "Ý kiến của điểm cầu": "Xin thêm hai xe" });
    await third.press("Gửi");
    await chair.page.getByRole("definition").filter({ hasText: "2 phiếu" }).waitFor();
    await chair.page.getByRole("definition").filter({ hasText: "1 phiếu" }).waitFor();
    await pictures(chair, "votes");
    await isFair(chair);
    await chair.press("Đóng biểu quyết");
    await reads(second, "Biểu quyết đã đóng");
  });

  test("writes: to the chair's table, to all, as a notice, as notes", async () => {
    await tab(chair, "Trao đổi");
    await chair.press("Bàn chủ tọa");
    await chair.fill({ "Lời nhắn": "Xã Tà Bhing chưa vào, gọi giúp tôi" });
    await chair.press("Gửi");
    await chair.press("Mọi người");
    await chair.fill({ "Lời nhắn": "Ba mươi phút nữa nghỉ giải lao" });
    await chair.press("Gửi");
    for (const one of [secretary, deputy, ...sites.slice(0, 3)]) {
      await tab(one, "Trao đổi");
      await reads(one, "Ba mươi phút nữa nghỉ giải lao");
      const heardOf = await one.page.getByText("gọi giúp tôi").count();
      expect(heardOf, one.name).toBe(sites.includes(one) ? 0 : 1);
    }
    await tab(secretary, "Thông báo");
    await secretary.fill({ "Thông báo hiện trên mọi màn hình": "Đường ĐT 607 đã đóng ở km 12" });
    await secretary.press("Đưa lên");
    await reads(sites[2], "Đường ĐT 607 đã đóng ở km 12");
    await tab(secretary, "Ghi nhanh");
    await secretary.fill({ "Ghi một dòng rồi bấm Enter": "Chà Vàl: mực nước 3,2 m, đã trực 24/24" });
    await secretary.press("Ghi");
    await tab(sites[2], "Ghi nhanh");
    await reads(sites[2], "Chà Vàl: mực nước 3,2 m, đã trực 24/24");
    await pictures(sites[2], "notes");
    await isFair(sites[2]);
  });

  test("concludes, and the unit acknowledges", async () => {
    await tab(chair, "Kết luận");
    await chair.fill({ "Nội dung kết luận": "Chuẩn bị 200 áo phao", Hạn: inMinutes(7 * 24 * 60).date });
    await chair.page.getByLabel("Xã Chà Vàl", { exact: true }).check();
    await chair.press("Ghi kết luận");
    await reads(sites[0], "Chuẩn bị 200 áo phao");
    await pictures(sites[0], "task");
    await isFair(sites[0]);
    await sites[0].press("Đã nhận");
    await reads(chair, "1/1 đã nhận");
    await pictures(chair, "conclusions");
    await isFair(chair);
  });

  test("rings a room whose page is open", async () => {
    const idle = sites[3];
    await idle.page.goto(`${relay.base}/`);
    await reads(idle, "Đang trực");
    await pictures(idle, "idle");
    await isFair(idle);
    await heard(idle.page);
    await tab(secretary, "Điểm danh");
    await secretary.press(`Gọi: ${idle.name}`);
    await reads(secretary, "đã gọi, chưa trả lời");
    await idle.page.getByRole("dialog", { name: "Họp khẩn" }).waitFor();
    await hears(idle); // the bell
    await pictures(idle, "rung");
    await isFair(idle);
    await idle.page.getByRole("dialog").getByRole("button", { name: "Vào họp" }).click();
    await reads(idle, "Micro đang đóng");
    await reads(secretary, "4/4 điểm cầu có mặt");
  });

  test("changes its chair, and changes it back", async () => {
    await handOver(chair, deputy);
    await handOver(deputy, chair);
  });

  test("is led by the deputy when the chair's page dies", async () => {
    await killed(chair);
    const takes = deputy.page.getByRole("button", { name: "Chủ tọa đang vắng. Nhận quyền chủ tọa" });
    await takes.waitFor(patience);
    await pictures(deputy, "chairless");
    await isFair(deputy);
    await takes.click({ trial: true });
    await expect.poll(() => takes.count().then((n) => n && takes.click().then(() => n)), patience).toBe(0); // after 10 s
    await deputy.page.keyboard.press("n");
    await reads(sites[2], "Mời xã Đắc Pring phát biểu");
    await deputy.page.keyboard.press("t");
    await reads(deputy, "Chưa mời ai phát biểu");
    await anew(chair);
    await presides(chair); // and stands by: there is a chair
    await tab(deputy, "Mọi người");
    await reads(deputy, "Phó chủ tọa · Tắt micro");
    expect(await deputy.page.getByRole("listitem").filter({ hasText: chair.name }).count()).toBe(1);
  });

  test("is closed", async () => {
    await deputy.press("Kết thúc họp");
    await deputy.page.getByRole("dialog").getByRole("button", { name: "Kết thúc họp" }).click();
    for (const site of sites) await reads(site, "Cuộc họp đã kết thúc");
    await pictures(sites[0], "closed");
    await isFair(sites[0]);
  });
});

describe("after the meeting", () => {
  const file = (what: string) => `${relay.base}/api/meetings/${code}/${what}&lang=vi&offset=420`;
  const text = async (what: string) => (await secretary.page.request.get(file(what))).text();
  const exported = (...args: string[]) => {
    const whole = ["export", "--server", relay.base, "--meeting", code, "--format", ...args];
    return execFileSync(diemcau, whole, {
      encoding: "utf8",
      env: { ...process.env, DIEMCAU_HOST_KEY: "e2e-host-key" },
    });
  };

  test("it is known who was there", async () => {
    await secretary.page.goto(`${relay.base}/office/meetings/${code}/attendance`);
    await reads(secretary, "3 trên 4 điểm cầu có mặt, 27 người.");
    await pictures(secretary, "attendance");
    await isFair(secretary);
    expect(await text("attendance?format=csv")).toMatch(/^\ufeff(.*\r\n)+.*Xã Đắc Pring.*10/);
    await secretary.page.goto(file("attendance?format=html"));
    await reads(secretary, "Bnướch Ba");
    await pictures(secretary, "attendance-sheet");
    await isFair(secretary);
    await secretary.page.goBack();
  });

  test("the minutes are there, are corrected, and become final", async () => {
    await secretary.open("Biên bản");
    const field = secretary.page.getByLabel("Nội dung biên bản");
    await field.waitFor();
    const written = await field.inputValue();
    for (const said of ["Xã Chà Vàl báo cáo", "Chuẩn bị 200 áo phao", "Sơ tán dân thôn Pà Lanh", "Xin thêm hai xe"])
      expect(written).toContain(said);
    expect(written).not.toContain("gọi giúp tôi"); // that was said at the chair's table
    await field.fill(`${written}\n## Bổ sung\n\nXã Tà Bhing vào muộn.\n`);
    await pictures(secretary, "minutes");
    await isFair(secretary);
    await secretary.press("Chốt biên bản");
    await secretary.page.getByRole("dialog").getByRole("button", { name: "Chốt biên bản" }).click();
    await reads(secretary, "Biên bản đã chốt, không sửa được nữa.");
    expect(await secretary.page.locator("code").textContent()).toMatch(/^[0-9a-f]{64}$/);
    await pictures(secretary, "final");
    await isFair(secretary);
    for (const act of [{ act: "minute", text: "khác" }, { act: "open" }, { act: "note", text: "khác" }])
      await expect(secretary.act(code, act)).rejects.toThrow(/4\d\d .*"final"/);
  });

  test("they are exported, by the page and by the command", async () => {
    expect(await text("minutes?format=md")).toContain("Xã Tà Bhing vào muộn.");
    expect(exported("md")).toContain("Xã Tà Bhing vào muộn.");
    expect(await text("minutes?format=html")).toContain("Xã Tà Bhing vào muộn.");
    expect(exported("html")).toContain("Xã Tà Bhing vào muộn.");
    expect(await text("minutes?format=csv")).toMatch(/^\ufeff/);
    expect(exported("csv")).toMatch(/^\ufeff/);
    expect(exported("csv", "--attendance")).toContain("Xã Đắc Pring");
    expect(JSON.parse(exported("jsonl").split("\n")[0])).toMatchObject({ n: 1, kind: "created" });
    await secretary.page.goto(file("minutes?format=html"));
    await reads(secretary, "Xã Tà Bhing vào muộn.");
    await pictures(secretary, "minutes-sheet");
    await isFair(secretary);
  });
});

/** Goes from the office into the room. */
async function presides(officer: Person): Promise<void> {
  await officer.page.goto(`${relay.base}/office/meetings`);
  await officer.press(`Vào phòng họp: ${title}`);
  if (officer === chair) await chair.page.getByLabel("Vào họp với micro tắt").check();
  await officer.press(officer === chair ? "Vào họp" : "Vào nghe");
  await officer.page.getByLabel("Bàn điều hành").waitFor();
}

/** Makes another the chair. */
async function handOver(from: Person, to: Person): Promise<void> {
  await tab(from, "Mọi người");
  const row = from.page.getByRole("listitem").filter({ hasText: to.name });
  await row.getByRole("button", { name: to.name }).first().click();
  await row.getByRole("button", { name: "Chuyển quyền chủ tọa" }).click();
  await from.page.getByRole("dialog").getByRole("button", { name: "Chuyển quyền chủ tọa" }).click();
  await to.page
    .getByRole("button", { name: /^Khóa phòng/ })
    .and(to.page.locator(":enabled"))
    .waitFor(); // the chair's alone
}

/** Opens one of the tabs of somebody's page. */
const tab = ({ page }: Person, name: string) => page.getByRole("tab", { name }).click();
