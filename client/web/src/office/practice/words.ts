// The sentences of the rehearsal room.

import { bilingual } from "../words";

const vi = {
  title: "Phòng tập",
  lead: "Ở đây tập bấm mọi nút, với các điểm cầu giả và đường truyền xấu. Không ai khác nghe thấy.",
  begin: "Bắt đầu tập",
  beginning: "Đang mở phòng tập…",
  asSite: "Tập như một điểm cầu",
};

/** Their shape. */
export type Words = typeof vi;

/** The sentences of the rehearsal room, in the language of the switch. */
export const words = bilingual(vi, async () => vi);
