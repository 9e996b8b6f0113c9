// The sentences of a led meeting, in Vietnamese.

import { inBoth } from "../parts";

const vi = {
  notOpened: "Cuộc họp chưa khai mạc",
  startsAt: (time: string) => `bắt đầu lúc ${time}`,
  closed: "Cuộc họp đã kết thúc",
  now: "Đang họp",
  next: "Tiếp theo",
  chairSpeaks: "chủ trì",
  item: (n: number, all: number) => `Mục ${n}/${all}`,
  course: "Chương trình",
  locked: "Đã khóa phòng",
  modeFree: "Tự do phát biểu",
  modeModerated: "Micro mở khi được mời",
  modeRoll: "Lần lượt phát biểu",
  notice: "Thông báo",
  playing: (name: string, title: string) => `Đang phát báo cáo ghi trước của ${name}: ${title}`,
  playingLeft: (length: string) => `còn ${length}`,
  length: (s: number) =>
    [s >= 60 && `${Math.floor(s / 60)} phút`, (s % 60 || s < 60) && `${s % 60} giây`].filter(Boolean).join(" "),
  stopPlaying: "Dừng phát",
  moreNotices: (n: number) => `và ${n} thông báo nữa`,
  waitingTitle: "Xin chờ một chút",
  waitingText: "Thư ký sẽ mời vào phòng họp. Không phải làm gì, xin cứ để nguyên trang này.",

  invites: (name: string) => `Mời ${name} phát biểu`,
  called: "Được mời",
  yourTurn: "Đến lượt quý vị",
  pressToSpeak: "Bấm để nói",
  youAreHeard: "Micro đang mở, mọi người đang nghe.",
  done: "Đã phát biểu xong",
  pass: "Xin nhường lượt",
  left: "Còn lại",
  spoken: "Đã nói",
  over: "Quá giờ",
  soonSaid: "Còn hai phút.",
  lastSaid: "Còn ba mươi giây.",
  overSaid: "Đã hết giờ.",

  raise: "Giơ tay",
  raiseWhy: "Xin phát biểu",
  lower: "Hạ tay",
  place: (n: number) => (n === 1 ? "Đầu hàng chờ" : `Thứ ${n} trong hàng chờ`),
  reason: "Lý do",
  reasons: ["Xin phát biểu", "Báo cáo", "Có ý kiến", "Sự cố kỹ thuật"],
  keyRaise: "Giơ tay hoặc hạ tay",

  side: "Bên lề cuộc họp",
  tabSeats: "Dự họp",
  tabChat: "Trao đổi",
  tabNotes: "Ghi nhanh",
  tabWork: "Kết luận",
  unread: (n: number) => `${n} mới`,
  chatEmpty: "Chưa có lời nhắn nào.",
  chatLabel: "Lời nhắn",
  toAll: "Mọi người",
  toTable: "Bàn chủ tọa",
  sendTo: "Gửi cho",
  send: "Gửi",
  table: "bàn chủ tọa",
  office: "Ban tổ chức",
  notesEmpty: "Thư ký chưa ghi gì. Ai nghe không rõ có thể đọc ở đây.",
  workEmpty: "Chưa có kết luận nào.",
  due: (date: string) => `Hạn: ${date}`,
  forAll: "Mọi điểm cầu",
  forYou: "Giao cho đơn vị mình",
  acknowledge: "Đã nhận",
  acknowledged: "Đơn vị đã nhận",
  progressed: (text: string) => `Tiến độ: ${text}`,

  poll: "Biểu quyết",
  secret: "Biểu quyết kín: không ai thấy ai chọn gì",
  for: "Tán thành",
  against: "Không tán thành",
  other: "Ý kiến khác",
  otherText: "Ý kiến của điểm cầu",
  voted: (choice: string) => `Đã chọn: ${choice}.`,
  voteAgain: "Chọn lại",
  pollOver: "Biểu quyết đã đóng",
  votes: (n: number) => `${n} phiếu`,

  rollTitle: "Điểm danh",
  rollText: "Điểm cầu của quý vị có bao nhiêu người dự họp?",
  headcount: "Số người có mặt",
  headcountBad: "Hãy nhập số người có mặt, từ 0 đến 999.",
  names: "Họ tên và chức vụ, mỗi người một dòng (không bắt buộc)",
  rollSend: "Báo có mặt",
  rollSent: (n: number) => `Đã báo: ${n} người có mặt`,
  rollAgain: "Sửa lại",

  joined: (names: string[]) =>
    names.length <= 3 ? `${names.join(", ")} vào họp.` : `${names.length} điểm cầu vào họp.`,
  gone: (names: string[]) => (names.length <= 3 ? `${names.join(", ")} rời họp.` : `${names.length} điểm cầu rời họp.`),

  close: "Đóng",
};

/** The sentences of one language. */
export type LedText = typeof vi;

/** The sentences that the page speaks now. */
export const ledText = inBoth(vi, async () => (await import("./english")).en);
