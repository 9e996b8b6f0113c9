// The sentences of the start page, in Vietnamese.

import { inBoth } from "./parts";

const vi = {
  startTitle: "Vào họp hoặc mở cuộc họp",
  joinTitle: "Vào họp",
  joinHint: "Nhập mã cuộc họp, hoặc dán cả đường liên kết nhận được.",
  joinNext: "Tiếp theo là thử micro và loa, rồi mới vào phòng họp.",
  codeLabel: "Mã cuộc họp hoặc đường liên kết",
  codeHint: "Mã có 9 chữ và số; gõ hoa hay thường, có gạch hay không đều được.",
  codeEmpty: "Hãy nhập mã cuộc họp gồm 9 chữ và số.",
  codeAccents: "Mã đang bị gõ thành chữ có dấu. Hãy tắt bộ gõ tiếng Việt rồi nhập lại.",
  codeMalformed: "Mã cuộc họp có 9 chữ và số, ví dụ abc-def-ghj. Hãy kiểm tra lại.",
  newTitle: "Mở cuộc họp mới",
  newHint: "Dành cho đơn vị tổ chức họp.",
  titleLabel: "Tên cuộc họp",
  titleExample: "Họp giao ban tháng 11",
  keyLabel: "Khóa chủ trì",
  keyHint: "Khóa này in ra trên máy chủ khi khởi động.",
  keyEmpty: "Hãy nhập khóa chủ trì. Khóa in ra trên máy chủ khi khởi động.",
  keyShow: "Hiện khóa khi gõ",
  newButton: "Mở cuộc họp",
  createdTitle: "Cuộc họp đã mở",
  createdHint: "Gửi mã hoặc đường liên kết này cho các điểm cầu.",
  enterRoom: "Vào phòng họp",
  elsewhere: "Các trang khác",
  toSite: "Máy của điểm cầu: cuộc họp được mời",
  toOffice: "Văn phòng họp: đăng nhập",
  toPractice: "Phòng tập",
  site: "Điểm cầu",
  siteEnter: "Vào cuộc họp:",
  siteIdle: "Điểm cầu này chưa vào cuộc họp nào. Hãy nhập mã cuộc họp.",
};

/** The sentences of one language. */
export type StartText = typeof vi;

/** The sentences that the page speaks now. */
export const startText = inBoth(vi, async () => (await import("./startenglish")).en);
