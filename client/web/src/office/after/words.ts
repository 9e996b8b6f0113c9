// The sentences of what comes after a meeting.

import { inBoth } from "../../ui/parts";

const vi = {
  attendance: "Có mặt",
  attendanceLead: "Số người do điểm cầu khai, thư ký xác nhận. Giờ vào, giờ ra có trong bản in.",
  attendanceTable: "Bảng điểm danh",
  site: "Điểm cầu",
  expected: "Dự kiến",
  headcount: "Có mặt",
  names: "Họ tên",
  confirmed: "Thư ký",
  isConfirmed: "Đã xác nhận",
  notDeclared: "Chưa khai",
  attendanceSum: (sites: number, of: number, people: number) => `${sites} trên ${of} điểm cầu có mặt, ${people} người.`,
  noInvited: "Cuộc họp này không có danh sách mời.",
  printAttendance: "Mở bản in điểm danh",
  csv: "Tải về Excel (CSV)",
  md: "Tải về (Markdown)",
  json: "Tải về toàn bộ (JSON)",

  minutes: "Biên bản",
  minutesLead: "Máy đã ghi sẵn từ diễn biến cuộc họp. Hãy sửa cho đúng, lưu lại, rồi chốt.",
  text: "Nội dung biên bản",
  textHint: "Dòng có # ở đầu là tiêu đề, - ở đầu là gạch đầu dòng, **chữ đậm**.",
  preview: "Bản xem trước",
  tooLong: (kB: number) => `Biên bản dài ${kB} kB, nhiều nhất 40 kB. Hãy rút ngắn.`,
  printMinutes: "Mở bản in",
  finalise: "Chốt biên bản",
  finaliseTitle: "Chốt biên bản này?",
  finaliseText: "Chốt rồi thì không ai sửa được nữa, kể cả quản trị. Hãy in ra đọc lại một lần trước khi chốt.",
  finaliseSave: "Chỗ đang sửa sẽ được lưu trước khi chốt.",
  finalised: "Biên bản đã chốt, không sửa được nữa.",
  hash: "Dấu kiểm tra",
  notClosed: "Cuộc họp chưa kết thúc: biên bản còn thay đổi theo diễn biến.",

  conclusions: "Kết luận và việc phải làm",
  openTitle: "Việc phải làm",
  openLead: "Kết luận của các cuộc họp chưa làm xong, việc gấp nhất ở trên.",
  noneOpen: "Không còn việc nào chưa xong.",
  noConclusions: "Cuộc họp này không có kết luận nào.",
  due: (day: string) => `Hạn ${day}`,
  noDue: "Không ghi hạn",
  overdue: "Quá hạn",
  done: "Đã xong",
  open: "Chưa xong",
  unitSeen: "đã nhận",
  unitUnseen: "chưa nhận",
  unitProgress: (text: string) => `báo cáo: ${text}`,
  nobody: "Không giao cho đơn vị nào",
  addTitle: "Thêm kết luận",
  addText: "Nội dung kết luận",
  addUnits: "Giao cho",
  addDue: "Hạn làm xong",
  add: "Thêm kết luận",
  addEmpty: "Hãy ghi nội dung kết luận.",
};

/** Their shape. */
export type Words = typeof vi;

/** The sentences of what comes after a meeting, in the language of the switch. */
export const words = inBoth(vi, async () => (await import("./words.en")).en);
