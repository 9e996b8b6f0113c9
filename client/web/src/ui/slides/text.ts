// The sentences of slides, in Vietnamese.

import { inBoth } from "../parts";

const vi = {
  present: "Trình chiếu",
  presenting: "Các trang chiếu",
  page: (n: number, of: number) => `trang ${n}/${of}`,
  coming: "Trang đang đến",
  next: "Trang sau",
  previous: "Trang trước",
  stop: "Dừng trình chiếu",
  pages: "Các trang",
  record: "Ghi báo cáo trước",
  choose: "Mở tệp PDF",
  another: "Mở tệp khác",
  drop: "Bấm nút, hoặc kéo tệp PDF thả vào đây. Tệp Word, PowerPoint: lưu thành PDF trước.",
  opening: "Đang mở tài liệu…",
  drawing: (n: number, of: number) => `Đang chuẩn bị trang ${n}/${of}`,
  sent: (n: number, of: number) => `Đã gửi ${n}/${of} trang`,
  allSent: "Đã gửi xong mọi trang.",
  waits: "Trang này đang được gửi, sẽ hiện ngay khi xong.",
  before: "Tài liệu được gửi trước. Khi chủ tọa mời phát biểu, bấm vào trang để chiếu.",
  hint: "Giữ chuột trên trang để chỉ. Phím Page Up, Page Down: lật trang.",
  close: "Đóng",
  failedPage: "Trang này không đọc được",
  keyNext: "Lật trang (người trình chiếu)",

  notPdf: "Tệp này không phải PDF: xin chọn tệp có đuôi .pdf.",
  office: "Đây là tệp Office: hãy lưu thành PDF rồi mở.",
  damaged: "Tệp PDF này bị hỏng nên không mở được: xin lưu lại thành PDF rồi thử lại.",
  encrypted: "Tệp PDF này có mật khẩu: xin lưu một bản không có mật khẩu rồi mở.",
  empty: "Tệp PDF này không có trang nào: xin chọn tệp khác.",
  many: (n: number) => `Tài liệu có ${n} trang, tối đa 200: xin tách thành các tệp ngắn hơn.`,
  large: (mb: number) => `Tệp có ${mb} MB, tối đa 100 MB: xin giảm dung lượng hoặc tách tệp.`,
  webp: "Trình duyệt này không trình chiếu được: xin dùng Chrome hoặc Edge.",
  noReader: "Chưa tải được phần đọc PDF: xin kiểm tra mạng rồi mở lại tệp.",
  unread: "Không đọc được tệp này: xin chép tệp vào máy rồi mở lại.",
};

/** The sentences of one language. */
export type SlidesText = typeof vi;

/** The sentences that the page speaks now. */
export const slidesText = inBoth(vi, async () => (await import("./english")).en);
