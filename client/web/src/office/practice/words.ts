// The sentences of the rehearsal room.

import { inBoth } from "../../ui/parts";

const vi = {
  title: "Phòng tập",
  lead: "Tập bấm mọi nút như họp thật: có các điểm cầu giả nói chuyện, đường truyền xấu. Không ai bên ngoài nghe thấy, bấm nhầm không sao.",
  asSite: "Tập làm điểm cầu",
  asSiteHint: "Giơ tay, chờ mời, phát biểu, khai quân số, trả lời biểu quyết.",
  asChair: "Tập chủ trì",
  asChairHint: "Khai mạc, mời phát biểu, lấy lại lời, điểm danh, biểu quyết, kết luận.",
  opening: "Đang mở phòng tập…",
  list: "Bài tập",
  count: (done: number, all: number) => `${done} trên ${all} bài`,
  show: "Hiện bài tập",
  hide: "Thu gọn",
  didIt: (title: string) => `Xong: ${title}.`,
  finished: "Đã tập xong mọi bài. Có thể tập lại, hoặc bấm “Rời họp”.",
  again: "Tập lại từ đầu",
  exercises: {
    mic: { title: "Mở và tắt micro", how: "Bấm nút micro to ở góc dưới, rồi bấm lại lần nữa." },
    hand: { title: "Giơ tay", how: "Bấm “Giơ tay”. Chủ trì sẽ thấy tên của mình trong danh sách." },
    called: { title: "Chờ được mời", how: "Cứ để tay giơ. Khi nghe tiếng chuông và thấy chữ “Mời …” là đến lượt." },
    speak: { title: "Phát biểu", how: "Micro tự mở khi được mời. Hãy nói vài câu; nếu micro tắt thì bấm mở." },
    yield: { title: "Nói xong, trả lời cho chủ trì", how: "Bấm “Đã nói xong”." },
    roll: { title: "Khai quân số", how: "Khi có ô điểm danh: ghi số người có mặt rồi bấm gửi." },
    vote: { title: "Trả lời biểu quyết", how: "Khi có câu hỏi: bấm Tán thành, Không tán thành hoặc Ý kiến khác." },
    chat: { title: "Gửi một tin nhắn", how: "Mở khung tin nhắn, gõ vài chữ rồi gửi." },
    open: { title: "Khai mạc", how: "Bấm “Khai mạc”." },
    mode: { title: "Chuyển sang có điều hành", how: "Chọn cách phát biểu “Có điều hành”: micro các nơi sẽ đóng." },
    call: { title: "Mời một điểm cầu", how: "Bấm vào điểm đang giơ tay rồi bấm “Mời”, hoặc bấm “Mời điểm tiếp theo”." },
    extend: { title: "Cho thêm giờ", how: "Khi có người đang phát biểu: bấm thêm phút." },
    take: { title: "Lấy lại lời", how: "Bấm “Lấy lại lời” để kết thúc lượt của người đang nói." },
    "open-roll": { title: "Điểm danh", how: "Mở điểm danh và xem các điểm khai số người." },
    poll: { title: "Mở biểu quyết", how: "Đặt một câu hỏi và mở biểu quyết." },
    conclude: { title: "Ghi một kết luận", how: "Ghi việc phải làm, chọn đơn vị và hạn làm xong." },
    close: { title: "Bế mạc", how: "Bấm “Kết thúc”. Sau buổi họp thật, biên bản sẽ có sẵn." },
  },
};

/** Their shape. */
export type Words = typeof vi;

/** The sentences of the rehearsal room, in the language of the switch. */
export const words = inBoth(vi, async () => (await import("./words.en")).en);
