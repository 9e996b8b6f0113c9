// The sentences that all parts of the office share.

import { inBoth } from "../ui/parts";

const vi = {
  office: "Văn phòng họp",
  loading: "Đang tải…",
  save: "Lưu lại",
  saved: "Đã lưu.",
  cancel: "Thôi, không làm",
  add: "Thêm",
  edit: "Sửa",
  remove: "Xóa",
  drop: "Bỏ",
  search: "Tìm theo tên",
  none: "Chưa có gì ở đây.",
  nothingFound: "Không tìm thấy. Hãy gõ ít chữ hơn.",
  choose: "— chọn —",
  required: "Hãy điền ô này.",
  notNumber: "Hãy điền một con số.",
  unsaved: "Có chỗ chưa lưu. Bỏ đi và sang trang khác?",
  print: "In ra giấy",
  back: "Quay lại",
  yes: "Có",
  no: "Không",
  minutes: (n: number) => `${n} phút`,

  navMeetings: "Cuộc họp",
  navConclusions: "Việc phải làm",
  navDirectory: "Danh bạ",
  navAccounts: "Tài khoản",
  nav: "Các phần của văn phòng",
  signedInAs: "Đang dùng",
  signOut: "Đăng xuất",
  changePassword: "Đổi mật khẩu",
  skip: "Bỏ qua phần đầu, đến nội dung",

  loginTitle: "Đăng nhập",
  loginLead: "Dành cho người tổ chức họp: chủ trì, thư ký, kỹ thuật, quản trị. Điểm cầu không cần đăng nhập.",
  login: "Tên đăng nhập",
  password: "Mật khẩu",
  passwordShow: "Hiện mật khẩu khi gõ",
  loginButton: "Đăng nhập",
  loginOidc: "Đăng nhập bằng tài khoản của cơ quan",
  loginForgot: "Quên mật khẩu? Hãy nhờ quản trị đặt mật khẩu mới cho mình.",

  setupTitle: "Tài khoản quản trị đầu tiên",
  setupLead: "Máy chủ này chưa có ai quản trị. Hãy đặt tên và mật khẩu cho người quản trị đầu tiên.",
  resetTitle: "Đặt lại tài khoản quản trị",
  resetLead: "Hãy ghi tên đăng nhập và mật khẩu mới của người quản trị. Nếu tên đăng nhập đã có, mật khẩu cũ hết dùng.",
  resetButton: "Đặt lại",
  setupNoToken:
    "Trang này chỉ mở được bằng đường liên kết in ra trên máy chủ. Hãy mở lại đúng đường liên kết đó, hoặc chạy “diemcau admin reset” trên máy chủ để có đường liên kết mới.",
  setupButton: "Tạo tài khoản quản trị",
  yourName: "Họ và tên",
  loginHint: "Chữ thường không dấu và số, hoặc địa chỉ thư điện tử.",
  passwordHint: "Ít nhất 10 ký tự. Một câu ngắn dễ nhớ là tốt nhất.",
  passwordShort: "Mật khẩu ngắn quá. Hãy đặt ít nhất 10 ký tự.",
  passwordAgain: "Gõ lại mật khẩu",
  passwordDiffers: "Hai lần gõ không giống nhau. Hãy gõ lại.",
  passwordOld: "Mật khẩu đang dùng",
  passwordNew: "Mật khẩu mới",
  passwordChanged: "Đã đổi mật khẩu.",

  roleAdmin: "Quản trị",
  roleChair: "Chủ trì",
  roleSecretary: "Thư ký",
  roleTechnician: "Kỹ thuật",
  roleDeputy: "Chủ trì dự phòng",
  roleObserver: "Dự thính",

  notYours: "Trang này không dành cho tài khoản đang dùng. Hãy nhờ quản trị nếu cần.",
  unknownPage: "Không có trang này. Hãy chọn một mục ở trên.",
  problemsTitle: "Những chỗ cần sửa",
  problemRow: "Dòng",
  problemColumn: "Cột",
  problemWhat: "Cần sửa gì",
};

/** Their shape. */
export type Common = typeof vi;

/** The sentences that all parts share, in the language of the switch. */
export const common = inBoth(vi, async () => (await import("./common.en")).en);
