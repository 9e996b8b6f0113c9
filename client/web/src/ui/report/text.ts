// The sentences of reports that are recorded beforehand, in Vietnamese.

import { inBoth } from "../parts";

const vi = {
  title: "Ghi báo cáo trước",
  why: "Đường truyền yếu thì ghi báo cáo ở đây trước khi đến lượt. Bản ghi được gửi dần lên, chủ tọa phát cho cả cuộc họp nghe, sau đó quý vị trả lời trực tiếp.",
  cutOff: (length: string) =>
    `Trang đã tải lại khi đang ghi, ${length} đã ghi vẫn còn: hãy bấm “Ghi tiếp” để nói tiếp, hoặc “Ghi xong” để dùng phần đã có.`,
  micOff: "Micro trong cuộc họp đã tắt: không ai nghe thấy lúc quý vị ghi.",
  camera: "Camera đang tắt: báo cáo chỉ có tiếng. Muốn có hình thì bật camera.",
  turn: "Sắp đến lượt quý vị: hãy dừng ghi, đóng ô này và bật micro.",
  begin: "Bắt đầu ghi",
  opening: "Đang mở micro…",
  recording: "Đang ghi",
  paused: "Đang tạm dừng",
  pause: "Tạm dừng",
  resume: "Ghi tiếp",
  stop: "Ghi xong",
  level: "Mức tiếng vào micro",
  openPdf: "Mở trang chiếu (PDF)",
  recorded: (length: string) => `Đã ghi ${length}. Hãy nghe lại rồi gửi.`,
  name: "Tên báo cáo",
  usual: "Báo cáo",
  listen: "Nghe lại",
  silence: "Dừng nghe",
  throw: "Bỏ bản này",
  throwSure: "Bấm lần nữa để bỏ",
  send: "Gửi",
  sending: (percent: number) => `Đã gửi ${percent} %, cứ để trang mở`,
  again: "Gửi lại",
  drop: "Bỏ",
  there: "Đã gửi xong, chờ chủ tọa phát",
  onAir: "Đang phát",
  own: "Báo cáo của điểm cầu này",
  close: "Đóng",
  closePauses: "Đóng (tạm dừng ghi)",

  micNone: "Máy này không có micro: hãy cắm micro rồi bấm lại nút ghi.",
  micRefused: "Trang chưa được phép dùng micro: hãy cho phép trên thanh địa chỉ rồi bấm lại nút ghi.",
  micFailed: "Micro không mở được: hãy đóng chương trình khác đang dùng micro rồi bấm lại nút ghi.",
  micLost: "Micro bị rút ra: hãy cắm lại rồi nói tiếp.",
  nothing: "Chưa nghe thấy tiếng nói nào: hãy kiểm tra micro rồi ghi lại.",
  full: "Báo cáo đã dài hết mức (tối đa 60 phút): hãy bấm “Ghi xong” rồi gửi.",
};

/** The sentences of one language. */
export type ReportText = typeof vi;

/** The sentences that the page speaks now. */
export const reportText = inBoth(vi, async () => (await import("./english")).en);
