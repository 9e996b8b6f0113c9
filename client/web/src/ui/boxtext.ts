// The sentences of boxes over a meeting, and of an invitation, in Vietnamese.

import { inBoth } from "./parts";

const vi = {
  keysMute: "Tắt hoặc mở micro",
  keysHelp: "Xem các phím tắt",
  keysClose: "Đóng ô đang mở",
  shareTitle: "Mời dự họp",
  lineTitle: "Đường truyền ở đây, 60 giây qua",
  lineRate: "Tốc độ",
  lineRates: (down: number, up: number) => `nhận ${down}, gửi ${up} kbit/s`,
  plotLoss: "gói bị mất trên đường",
  plotLeft: "không khôi phục được",
  meansGood: "Nghe và nói đều rõ.",
  meansWeak: "Vẫn họp được; tiếng có thể trễ hoặc mất vài chữ. Không phải làm gì.",
  meansBadDown: "Ở đây có thể nghe đứt quãng. Không phải làm gì, máy đang tự khắc phục.",
  meansBadUp: "Các nơi khác có thể nghe tiếng ở đây bị đứt quãng. Khi phát biểu, hãy nói chậm, từng câu ngắn.",
  meansSlow: "Tiếng đến chậm. Hãy chờ người kia nói hết câu rồi hãy trả lời.",
  codeName: "Mã cuộc họp",
  linkName: "Đường liên kết mời họp",
  leaveTitle: "Rời cuộc họp?",
  leaveText: "Các điểm cầu khác vẫn họp tiếp. Có thể vào lại bằng đường liên kết cũ.",
  stay: "Ở lại",
};

/** The sentences of one language. */
export type BoxText = typeof vi;

/** The sentences that the page speaks now. */
export const boxText = inBoth(vi, async () => (await import("./boxenglish")).en);
