// The sentences of a site's page between meetings, in Vietnamese.

import { inBoth } from "../parts";

const vi = {
  site: "Điểm cầu",
  waits: "Đang trực: có họp khẩn thì trang này đổ chuông. Xin cứ để mở.",
  away: "Chưa liên lạc được với máy chủ, đang tự nối lại. Có họp khẩn thì chưa gọi được đến đây.",
  soundOff: "Trình duyệt chưa cho phát chuông.",
  soundOn: "Bật chuông",
  meetings: "Cuộc họp sắp tới",
  none: "Chưa có cuộc họp nào được mời.",
  unknown: "Chưa tải được danh sách cuộc họp, đang thử lại.",
  now: "Đang họp",
  today: (time: string) => `Hôm nay, ${time}`,
  enter: "Vào họp",
  test: "Thử máy",
  duties: (n: number) => `${n} kết luận đang chờ đơn vị thực hiện`,
  see: "Xem",
  other: "Vào cuộc họp khác bằng mã",
  ring: "Họp khẩn",
  seen: "Đã biết",
  untitled: "Cuộc họp",
};

/** The sentences of one language. */
export type IdleText = typeof vi;

/** The sentences that the page speaks now. */
export const idleText = inBoth(vi, async () => (await import("./english")).en);
