// The sentences for a site: its invitation, its PC, what it has to do.

import { inBoth } from "../../ui/parts";

const vi = {
  invited: "Mời họp trực tuyến",
  finding: "Đang tìm cuộc họp…",
  notFound: "Không tìm thấy cuộc họp. Hãy xem lại đường liên kết trong thư mời.",
  when: "Thời gian",
  noTime: "Chưa định giờ. Cơ quan tổ chức sẽ báo.",
  length: "Dự kiến",
  minutes: (n: number) => `${n} phút`,
  body: "Cơ quan tổ chức",
  place: "Nơi chủ trì",
  agenda: "Chương trình",
  yourTurn: "phần của đơn vị mình",
  code: "Mã cuộc họp",
  left: (time: string) => `Còn ${time} nữa là họp.`,
  now: "Đã đến giờ họp.",
  on: "Cuộc họp đang diễn ra.",
  over: "Cuộc họp đã kết thúc.",
  enter: "Vào phòng họp",
  early: "Vào phòng họp sớm",
  thisIs: (name: string) => `Máy này là điểm cầu: ${name}`,
  testTitle: "Thử máy trước giờ họp",
  testLead: "Thử micro, loa và đường truyền. Làm trước một ngày thì còn kịp sửa.",
  testMic: "Thử micro và loa",
  oldBrowser: "Trình duyệt này chưa dùng được. Hãy mở trang bằng Chrome hoặc Edge bản mới.",
  line: "Đường truyền",
  lineTest: "Thử đường truyền",
  lineTesting: "Đang thử đường truyền…",
  lineGood: (time: string) => `Đường truyền tốt: máy chủ trả lời sau ${time}.`,
  lineSlow: (time: string) => `Họp được, nhưng tiếng sẽ đến trễ: máy chủ trả lời sau ${time}.`,
  lineBackup:
    "Mạng ở đây chỉ cho đi đường dự phòng (chặn UDP): họp được, tiếng có thể trễ hơn. Có thể nhờ kỹ thuật mở cổng UDP.",
  lineGone: "Không liên lạc được với máy chủ họp. Hãy xem dây mạng, modem, rồi thử lại.",
  again: "Thử lại",
  ms: (n: number) => (n < 100 ? "chưa đến 0,1 giây" : `${(n / 1000).toFixed(1).replace(".", ",")} giây`),

  enrolTitle: "Gắn máy này với điểm cầu",
  enrolling: "Đang gắn máy…",
  enrolled: (name: string) => `Máy này là điểm cầu ${name}`,
  enrolledNext: "Từ nay mở trang này là thấy các cuộc họp được mời, không cần mật khẩu. Bây giờ hãy thử micro và loa.",
  enrolFailed: "Chưa gắn được máy",
  enrolStorage: "Trình duyệt không cho lưu. Hãy tắt chế độ ẩn danh, rồi xin đường liên kết mới.",
  enrolHow: "Máy này chưa gắn với điểm cầu nào. Hãy mở đường liên kết hoặc quét mã QR mà kỹ thuật của huyện gửi.",
  enrolReplace: (name: string) => `Máy này đang là điểm cầu ${name}. Gắn lại thì máy sẽ đổi sang điểm cầu mới.`,
  enrolDo: "Gắn máy này",
  bookmark: "Hãy đánh dấu trang này, hoặc đặt làm trang đầu của trình duyệt.",

  meetings: "Các cuộc họp được mời",
  noMeetings: "Hiện chưa có cuộc họp nào mời điểm cầu này.",
  tasks: "Việc được giao",
  noTasks: "Không có việc nào.",
  due: (day: string) => `Hạn ${day}`,
  overdue: "Quá hạn",
  done: "Đã xong",
  received: "Đã nhận",
  receive: "Đã nhận việc này",
  report: "Báo cáo tiến độ",
  reportText: "Đã làm được đến đâu",
  reportDone: "Đã làm xong",
  reportSend: "Gửi báo cáo",
  reportEmpty: "Hãy ghi vài chữ về tiến độ.",
  sent: "Đã gửi.",
  of: (what: string, title: string) => `${what}: ${title}`,
  cancel: "Thôi",
  device: "Thử máy",
};

/** Their shape. */
export type Words = typeof vi;

/** The sentences for a site, in the language of the switch. */
export const words = inBoth(vi, async () => (await import("./words.en")).en);
