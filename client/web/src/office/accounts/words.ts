// The sentences about accounts.

import { inBoth } from "../../ui/parts";

const vi = {
  title: "Tài khoản",
  lead: "Những người tổ chức họp. Điểm cầu không cần tài khoản.",
  add: "Thêm tài khoản",
  name: "Họ và tên",
  login: "Tên đăng nhập",
  role: "Vai trò",
  unit: "Đơn vị",
  noUnit: "Không ghi đơn vị",
  state: "Tình trạng",
  active: "Đang dùng",
  disabled: "Đã khóa",
  disable: "Khóa",
  enable: "Mở khóa",
  password: "Mật khẩu mới",
  passwordNow: "Mật khẩu",
  passwordHint: "Ít nhất 10 ký tự. Hãy đọc cho người đó nghe, rồi bảo họ tự đổi.",
  passwordKeep: "Để trống nếu không đổi.",
  roleHints: {
    admin: "Làm được mọi việc: tài khoản, danh bạ, mọi cuộc họp.",
    chair: "Chuẩn bị và điều hành cuộc họp.",
    secretary: "Chuẩn bị cuộc họp và làm biên bản.",
    technician: "Lo danh bạ điểm cầu và gắn máy.",
  },
  of: (what: string, name: string) => `${what} ${name}`,
  editTitle: (name: string) => `Sửa tài khoản ${name}`,
  disableTitle: (name: string) => `Khóa tài khoản ${name}?`,
  disableText: "Người này bị đưa ra ngay và không đăng nhập được nữa, cho đến khi mở khóa.",
  removeTitle: (name: string) => `Xóa tài khoản ${name}?`,
  removeText: "Người này bị đưa ra ngay. Biên bản cũ vẫn giữ tên.",
  self: "Tài khoản này là của chính mình.",
  saved: (name: string) => `Đã lưu tài khoản ${name}.`,
};

/** Their shape. */
export type Words = typeof vi;

/** The sentences about accounts, in the language of the switch. */
export const words = inBoth(vi, async () => (await import("./words.en")).en);
