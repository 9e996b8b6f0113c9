// The sentences of pictures, in Vietnamese.

import { inBoth } from "../parts";

const vi = {
  pictures: "Hình",
  large: "Hình chính",
  small: "Hình nhỏ",
  screenOf: (name: string) => `Màn hình của ${name}`,
  enlarge: "phóng to",
  automatic: "Về tự động",
  paused: "Hình tạm dừng",
  still: "Ảnh chụp",
  coming: "Hình đang đến",
  stills: "Đường truyền hẹp: chỉ còn tiếng và ảnh chụp.",
  voice: "Đường truyền hẹp: chỉ còn tiếng.",
  here: "Tại đây",
  sent: "đang gửi",
  unsent: "không gửi: chưa ai xem",
  behind: "máy chậm: gửi hình nhỏ",
  screenSent: "Mọi người đang xem màn hình này.",
  screenUnsent: "Màn hình đã sẵn sàng, chưa ai xem.",

  cameraOn: "Bật camera",
  cameraOff: "Tắt camera",
  opening: "Đang mở…",
  share: "Chia sẻ màn hình",
  shareOff: "Dừng chia sẻ",
  more: "Xem hình",
  full: "Toàn màn hình",
  notFull: "Thoát toàn màn hình",
  float: "Cửa sổ nhỏ",
  floatWhy: "Hình chính nằm nổi trên các cửa sổ khác",
  unfloat: "Đóng cửa sổ nhỏ",
  showSide: "Hiện danh sách",
  hideSide: "Ẩn danh sách",
  whichPictures: "Nhận những hình nào?",
  modes: { all: "Hình: tất cả", slides: "Chỉ trang chiếu", voice: "Chỉ tiếng" },
  modeWhy: {
    all: "Người phát biểu, các điểm cầu, màn hình và trang chiếu",
    slides: "Không nhận hình người, để dành đường truyền cho tiếng",
    voice: "Không nhận hình nào",
  },
  layout: "Cách bày",
  whichCamera: "Camera ở đây",
  cameraNumber: (n: number) => `Camera ${n}`,
  cameraNone: "Máy này chưa có camera.",
  next: "Đổi camera",
  close: "Đóng",

  keyCamera: "Bật hoặc tắt camera",
  keyNext: "Đổi sang camera khác",
  keyFull: "Toàn màn hình",
};

/** The sentences of one language. */
export type VideoText = typeof vi;

/** The sentences that the page speaks now. */
export const videoText = inBoth(vi, async () => (await import("./english")).en);
