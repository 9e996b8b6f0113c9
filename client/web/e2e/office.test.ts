import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { browser } from "./browser";
import { type Clerk, clerk, shot } from "./office";
import { ask, Relay } from "./relay";

// One story, told in order: a new server, its directory, a meeting from its preparation to what became of its conclusions.

let relay: Relay;
let chrome: Browser;
let office: BrowserContext; // of the administrator
let page: Page;
let site: BrowserContext; // the PC of a commune
let own: Page;
let code = "";
let admin: Clerk;
let desk: Page; // of the secretary
let secretary: Clerk;

beforeAll(async () => {
  relay = await Relay.start();
  chrome = await browser();
  office = await chrome.newContext({ viewport: { width: 1366, height: 768 }, locale: "vi-VN" });
  site = await chrome.newContext({ viewport: { width: 1366, height: 768 }, locale: "vi-VN" });
  page = await office.newPage();
  own = await site.newPage();
  admin = clerk(page);
});

afterAll(async () => {
  await chrome?.close();
  await relay?.end();
});

describe("a new server", () => {
  test("is set up by a printed link, whose secret is out of sight at once", async () => {
    const { link } = await ask<{ link: string }>(relay.base, "setup/reset", {});
    await page.goto(link);
    await page.getByLabel("Họ và tên").waitFor();
    expect(page.url()).toBe(`${relay.base}/setup`);
    await admin.fill({
      "Họ và tên": "Nguyễn Văn An",
      "Tên đăng nhập": "quantri",
      "Mật khẩu mới": "ngắn",
      "Gõ lại mật khẩu": "ngắn",
    });
    await admin.press("Tạo tài khoản quản trị");
    await page.getByText("Mật khẩu ngắn quá.").waitFor();
    await admin.fill({ "Mật khẩu mới": "con trâu đi trước", "Gõ lại mật khẩu": "con trâu đi trước" });
    await admin.press("Tạo tài khoản quản trị");
    await page.getByRole("heading", { name: "Cuộc họp", level: 1 }).waitFor();
  });

  test("lets nobody in without a password", async () => {
    const stranger = await chrome.newContext();
    const door = await stranger.newPage();
    await door.goto(`${relay.base}/office/directory`);
    await clerk(door).fill({ "Tên đăng nhập": "quantri", "Mật khẩu": "con trâu đi sau" });
    await clerk(door).press("Đăng nhập");
    await door.getByRole("alert").waitFor();
    await clerk(door).fill({ "Mật khẩu": "con trâu đi trước" });
    await clerk(door).press("Đăng nhập");
    await door.getByRole("heading", { name: "Điểm cầu", level: 1 }).waitFor();
    await clerk(door).press("Đăng xuất");
    await door.getByRole("heading", { name: "Đăng nhập" }).waitFor();
    await stranger.close();
  });
});

const communes = ["Xã Ga Ry", "Xã A Xan", "Xã Tr'Hy"];

describe("the directory", () => {
  test("is typed in, and says what is wrong where", async () => {
    await admin.open("Danh bạ", "Đơn vị");
    await admin.press("Thêm đơn vị");
    await admin.press("Lưu lại");
    await page.getByText("Hãy điền ô này.").first().waitFor();
    await admin.fill({ Tên: "UBND huyện Tây Giang" });
    await admin.choose({ "Loại đơn vị": "Cấp huyện", Cấp: "Huyện" });
    await admin.press("Lưu lại");
    await page.getByText("Đã lưu “UBND huyện Tây Giang”.").waitFor();
    for (const name of communes) {
      await admin.press("Thêm đơn vị");
      await admin.fill({ Tên: name });
      await admin.choose({ "Loại đơn vị": "Cấp xã", Cấp: "Xã", "Đơn vị cấp trên": "UBND huyện Tây Giang" });
      await admin.press("Lưu lại");
      await page.getByText(`Đã lưu “${name}”.`).waitFor();
    }
    await admin.open("Phòng họp");
    await admin.press("Thêm phòng họp");
    await admin.fill({ Tên: "Hội trường lớn", "Cơ quan dùng chung": "Huyện ủy\nUBND huyện" });
    await admin.press("Lưu lại");
    await page.getByText("Đã lưu “Hội trường lớn”.").waitFor();
    await admin.open("Điểm cầu");
    await admin.press("Thêm điểm cầu");
    await admin.fill({ Tên: "Hội trường huyện", "Điện thoại": "gọi anh Bình" });
    await admin.choose({ "Đơn vị": "UBND huyện Tây Giang", "Phòng họp": "Hội trường lớn" });
    await admin.press("Lưu lại");
    await page.getByText("Số điện thoại chỉ gồm chữ số").waitFor();
    await admin.fill({ "Điện thoại": "0905 123 456" });
    await admin.press("Lưu lại");
    await page.getByText("Đã lưu “Hội trường huyện”.").waitFor();
  });

  test("is imported as a whole or not at all", async () => {
    await admin.open("Danh bạ");
    const exported = await page.request.get(`${relay.base}/api/directory/sites.csv`);
    const text = (await exported.body()).toString("utf8");
    const lines = text.trimEnd().split(/\r?\n/);
    const heads = lines[0].replace("\ufeff", "").split(",");
    const row = (name: string, phone: string) =>
      heads.map((head) => (/^(Tên|Đơn vị)/.test(head) ? name : /Điện thoại/.test(head) ? phone : "")).join(",");
    const file = (rows: string[]) => ({
      name: "diem-cau.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([lines[0], ...rows, ""].join("\r\n")),
    });
    await page.getByRole("link", { name: "Nhập từ Excel" }).click();
    await page
      .getByLabel("Tệp CSV")
      .setInputFiles(file(communes.map((name, i) => row(name, i === 1 ? "không có" : "0905000111"))));
    await page.getByText("Chưa có gì được nhập.").waitFor();
    expect(await page.getByRole("row").nth(1).textContent()).toMatch(/^3.*Điện thoại.*Số điện thoại chỉ gồm chữ số/);
    await shot(page, "import");
    await page.getByLabel("Tệp CSV").setInputFiles(file(communes.map((name) => row(name, "0905000111"))));
    await admin.press("Nhập 3 dòng vào danh bạ");
    await page.getByText("Đã nhập 3 dòng.").waitFor();
    await admin.press("Quay lại");
    await page.getByRole("rowheader", { name: "Xã A Xan" }).waitFor();
    await shot(page, "sites");
  });

  test("gives a site's PC a link, by which it is enrolled once", async () => {
    await page.getByRole("button", { name: "Gắn máy tính cho Xã Ga Ry" }).click();
    await admin.press("Lấy đường liên kết");
    const link = await page.getByLabel("Đường liên kết", { exact: true }).inputValue();
    expect(await page.getByAltText("Mã QR").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(20);
    await shot(page, "enrolment");
    await own.goto(link);
    await own.getByRole("button", { name: "Gắn máy này" }).click();
    await own.getByRole("heading", { name: "Máy này là điểm cầu Xã Ga Ry" }).waitFor();
    expect(own.url()).toBe(`${relay.base}/enrol`);
    await own.reload();
    await own.getByText("Hiện chưa có cuộc họp nào mời điểm cầu này.").waitFor();
    const other = await chrome.newContext();
    const thief = await other.newPage();
    await thief.goto(link);
    await thief.getByRole("button", { name: "Gắn máy này" }).click();
    await thief.getByRole("alert").waitFor();
    await other.close();
  });

  test("gets accounts for the people who lead", async () => {
    await admin.open("Tài khoản");
    await admin.press("Thêm tài khoản");
    await admin.fill({ "Họ và tên": "Bh'riu Thị Nem", "Tên đăng nhập": "thuky", "Mật khẩu": "lúa chín đầu mùa" });
    await admin.choose({ "Vai trò": "Thư ký" });
    await admin.press("Lưu lại");
    await page.getByText("Đã lưu tài khoản Bh'riu Thị Nem.").waitFor();
    desk = await (await chrome.newContext({ locale: "vi-VN" })).newPage();
    secretary = clerk(desk);
    await desk.goto(`${relay.base}/login`);
    await secretary.fill({ "Tên đăng nhập": "thuky", "Mật khẩu": "lúa chín đầu mùa" });
    await secretary.press("Đăng nhập");
    await desk.getByText("Chưa có cuộc họp nào sắp tới.").waitFor();
    expect(await desk.getByRole("link", { name: "Tài khoản" }).count()).toBe(0);
  });
});

describe("a meeting", () => {
  test("is prepared", async () => {
    await admin.open("Cuộc họp");
    await page.getByRole("link", { name: "Chuẩn bị cuộc họp mới" }).click();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await admin.fill({ "Tên cuộc họp": "Họp khẩn về sạt lở đất", "Ngày họp": tomorrow, "Giờ bắt đầu": "08:00" });
    await admin.fill({ "Cơ quan tổ chức": "UBND huyện Tây Giang" });
    await admin.press("Mời cả cấp xã (3)");
    await page.getByText("Đã mời 3 điểm cầu").waitFor();
    await admin.press("Thêm nội dung");
    await admin.fill({ "Nội dung 1": "Khai mạc" });
    await admin.press("Thêm báo cáo của mọi điểm cầu");
    await page.getByText("Cả chương trình 25 phút").waitFor();
    await admin.press("Đưa nội dung 3 lên");
    expect(await page.getByLabel("Nội dung 2", { exact: true }).inputValue()).toBe("Xã Ga Ry báo cáo");
    await admin.choose({ Người: "Bh'riu Thị Nem" });
    await admin.press("Thêm người");
    expect(await violations(page)).toEqual([]);
    await admin.press("Tạo cuộc họp");
    await page.getByText("Đã tạo cuộc họp.").waitFor();
    code = /meetings\/([^?]+)/.exec(page.url())?.[1] ?? "";
    await page
      .getByLabel("Thêm tài liệu")
      .setInputFiles({ name: "Báo cáo.txt", mimeType: "text/plain", buffer: Buffer.from("xin chào") });
    await page.getByRole("link", { name: "Báo cáo.txt" }).waitFor();
    await admin.press("Lưu lại");
    await page.getByText("Đã lưu.").waitFor();
    await shot(page, "prepare");
  });

  test("invites", async () => {
    await admin.open("Thư mời");
    const link = await page.getByLabel("Thư mời Xã Ga Ry").inputValue();
    await admin.fill({ "Tên khách": "Phóng viên" });
    await admin.press("Lấy đường liên kết cho khách");
    expect(await page.getByLabel("Đường liên kết của Phóng viên").inputValue()).toMatch(/\/m\/[\w-]+#p=/);
    await own.goto(link);
    await own.getByRole("heading", { name: "Họp khẩn về sạt lở đất" }).waitFor();
    await own.getByText("Máy này là điểm cầu: Xã Ga Ry").waitFor();
    await own.getByRole("button", { name: "Thử đường truyền" }).click();
    await own.getByText("Đường truyền tốt").waitFor();
    await shot(own, "invite");
    expect(await violations(own)).toEqual([]);
  });

  test("lets its officials in as what they are, the pass out of sight", async () => {
    await desk.goto(`${relay.base}/office/meetings/${code}`);
    await secretary.press("Vào phòng họp");
    await desk.getByText("Chuẩn bị vào họp").waitFor();
    expect(desk.url()).toBe(`${relay.base}/m/${code}`);
    await desk.getByRole("button", { name: /^(Vào họp|Vào nghe)$/ }).waitFor();
    await desk.getByLabel("Tên điểm cầu hoặc tên người dự").fill("Thư ký");
    await desk.getByRole("button", { name: /^(Vào họp|Vào nghe)$/ }).click();
    await desk.getByRole("button", { name: /Khai mạc/ }).waitFor(); // only who leads has it
    await shot(desk, "room");
  });

  test("is followed up until its minutes are final", async () => {
    await secretary.act(code, { act: "open" });
    await desk.goto(`${relay.base}/office/meetings/${code}/conclusions`);
    await secretary.fill({ "Nội dung kết luận": "Di dời 12 hộ dân.", "Hạn làm xong": "2026-01-05" });
    await desk.getByLabel("Xã Ga Ry", { exact: true }).check();
    await secretary.press("Thêm kết luận");
    await desk.getByText("Xã Ga Ry: chưa nhận").waitFor();
    await own.goto(`${relay.base}/enrol`);
    await own.getByRole("button", { name: /^Đã nhận việc này/ }).click();
    await own.getByText("Đã nhận", { exact: true }).waitFor();
    await own.getByRole("button", { name: /^Báo cáo tiến độ/ }).click();
    await own.getByLabel("Đã làm được đến đâu").fill("Đã dời 7 hộ");
    await own.getByRole("button", { name: "Gửi báo cáo" }).click();
    await own.getByText("Đã dời 7 hộ").waitFor();
    await shot(own, "tasks");
    await secretary.act(code, { act: "close" });
    await admin.open("Biên bản");
    const text = page.getByLabel("Nội dung biên bản");
    await text.fill(`${await text.inputValue()}\n## Bổ sung\n\n**Nhất trí** <b>100%</b>`);
    await page.getByLabel("Bản xem trước").getByText("<b>100%</b>").waitFor();
    await shot(page, "minutes");
    await admin.press("Chốt biên bản");
    await page.getByRole("dialog").getByRole("button", { name: "Chốt biên bản" }).click();
    await page.getByText("Biên bản đã chốt, không sửa được nữa.").waitFor();
    expect(await page.locator("code").textContent()).toMatch(/^[0-9a-f]{64}$/);
    const printed = await page.request.get(`${relay.base}/api/meetings/${code}/minutes?format=html&lang=vi&offset=420`);
    expect(await printed.text()).toContain("<strong>Nhất trí</strong> &lt;b&gt;100%&lt;/b&gt;");
    await admin.open("Việc phải làm");
    await page.getByText("Đã dời 7 hộ").waitFor();
    await page.getByText("Quá hạn").first().waitFor();
  });
});

const pages = ["meetings", "meetings/new", "directory/sites", "directory/units", "accounts", "conclusions", "password"];

test.each([
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
])("axe finds nothing at $width x $height, and nothing is too wide, in both languages", async (viewport) => {
  await page.setViewportSize(viewport);
  const found: Record<string, string[]> = {};
  for (const lang of ["vi", "en"])
    for (const path of [
      ...pages,
      ...["", "/links", "/attendance", "/minutes", "/conclusions"].map((p) => `meetings/${code}${p}`),
    ]) {
      await page.goto(`${relay.base}/office/${path}?lang=${lang}`);
      await page.locator("main h1").waitFor();
      await page.waitForTimeout(400);
      found[`${lang} ${path}`] = await violations(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found[`${lang} ${path}`].push(`${wide} px too wide`);
    }
  expect(Object.fromEntries(Object.entries(found).filter(([, v]) => v.length > 0))).toEqual({});
});
