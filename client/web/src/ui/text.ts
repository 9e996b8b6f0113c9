// Every sentence of the page in Vietnamese. A key that one language lacks does not compile.

import { computed, signal } from "@preact/signals";

/** The languages of the page. */
export type Lang = "vi" | "en";

const twoDigits = { maximumSignificantDigits: 2 };

const vi = {
  appName: "Điểm Cầu",
  tagline: "Họp trực tuyến, nghe rõ cả khi đường truyền yếu",
  language: "Ngôn ngữ",
  home: "Về trang đầu",
  close: "Đóng",
  retry: "Thử lại",
  noServer: "Không liên lạc được với máy chủ. Hãy kiểm tra đường truyền rồi thử lại.",
  oldBrowser: "Trình duyệt này chưa dùng được. Hãy mở trang bằng Chrome hoặc Edge bản mới.",
  insecure: "Trang này phải được mở bằng địa chỉ https thì trình duyệt mới cho dùng âm thanh.",

  finding: "Đang tìm cuộc họp…",
  notFound: "Không vào được cuộc họp",
  untitled: "Cuộc họp",
  lobbyTitle: "Chuẩn bị vào họp",
  nameLabel: "Tên điểm cầu hoặc tên người dự",
  nameExample: "Xã Nậm Cắn",
  nameEmpty: "Hãy nhập tên để mọi người biết ai đang dự họp.",
  nameLong: "Tên dài quá. Hãy rút gọn còn nhiều nhất 64 chữ.",
  mic: "Micro",
  micDefault: "Micro mặc định",
  micNumber: (n: number) => `Micro ${n}`,
  micAsking: "Trình duyệt hỏi quyền dùng micro: hãy bấm “Cho phép”.",
  micNone: "Máy này không có micro. Vẫn vào họp để nghe được; muốn nói thì cắm micro rồi thử lại.",
  micRefused:
    "Trang chưa được phép dùng micro. Vẫn vào họp để nghe được; muốn nói thì cho phép micro trên thanh địa chỉ rồi thử lại.",
  micFailed: "Micro không mở được, có thể chương trình khác đang dùng. Vẫn vào họp để nghe được, hoặc thử lại.",
  micLevel: "Mức tiếng vào micro",
  micTry: "Hãy nói thử một câu: thanh này phải chạy.",
  micWorks: "Micro nghe tốt.",
  micTap: "Bấm để thử micro",
  speaker: "Loa",
  speakerTest: "Nghe thử loa",
  speakerHint: "Bấm rồi nghe: loa hoặc TV phải kêu.",
  speakerAfter: "Không nghe thấy gì? Hãy tăng âm lượng và kiểm tra dây nối TV.",
  startMuted: "Vào họp với micro tắt",
  enter: "Vào họp",
  enterListen: "Vào nghe",

  connecting: "Đang vào phòng họp…",
  silent: "Đường truyền đang mất tín hiệu. Không phải làm gì, xin chờ một chút.",
  reconnecting: "Đang tự nối lại. Không phải làm gì, xin cứ để nguyên trang này.",
  reconnectingLong: "Vẫn đang tự nối lại, xin cứ để nguyên trang này. Hãy xem dây mạng có lỏng, modem có tắt không.",
  micKeptOn: "Micro vẫn mở: nối xong là nói được ngay.",
  micKeptOff: "Micro vẫn tắt như cũ.",
  back: (time: string) => `Đã nối lại sau ${time}.`,
  duration: (s: number) => (s < 60 ? `${s}\u00a0giây` : `${Math.floor(s / 60)}\u00a0phút`),
  elapsed: (time: string) => `đã ${time}`,
  backup: "Đang đi đường dự phòng: vẫn họp bình thường, tiếng có thể trễ hơn. Không phải làm gì.",
  tapToHear: "Bấm để nghe",
  tapWhy: "Trình duyệt cần một lần bấm thì mới phát tiếng.",
  speakingNow: "Đang phát biểu",
  spokeLast: "Vừa phát biểu",
  nobodySpeaks: "Chưa có ai phát biểu",
  alsoSpeaking: (names: string) => `Cùng nói: ${names}`,
  attendance: "Dự họp",
  hereCount: (n: number) => `${n} có mặt`,
  awayCount: (n: number) => `${n} mất kết nối`,
  you: "Tại đây",
  markAway: "Mất kết nối",
  markListen: "Chỉ nghe",
  markMuted: "Tắt micro",
  markSpeaking: "Đang nói",
  micOn: "Micro đang mở",
  micOnDo: "Bấm để tắt",
  micOff: "Micro đang tắt",
  micOffDo: "Bấm để nói",
  micClosed: "Micro đang đóng",
  micClosedDo: "Giơ tay để xin phát biểu",
  micReady: "Được phát biểu",
  micGone: "Micro không mở được",
  micGoneDo: "Bấm để thử lại",
  listening: "Đang dự nghe",
  listeningWhy: "Không có micro",
  key: (name: string) => `phím ${name}`,
  share: "Mời",
  keys: "Phím tắt",
  keySpace: "Phím cách",
  leave: "Rời họp",

  lineGood: "Đường truyền tốt",
  lineWeak: "Đường truyền yếu",
  lineBad: "Đường truyền rất yếu",
  lineGone: "Mất đường truyền",
  lineDown: "Chiều nhận",
  lineUp: "Chiều gửi",
  lineLoss: (n: number) => `mất ${n}\u00a0% gói`,
  lineRecovered: (n: number) => `đã khôi phục ${n}\u00a0%`,
  lineClean: "không mất gói",
  lineBackup: "đường dự phòng",
  lineLate: "Tiếng đến trễ",
  seconds: (ms: number) => `${(ms / 1000).toLocaleString("vi", twoDigits)}\u00a0giây`,

  inside: "Trong nhà",
  above: "Lên máy chủ",
  aboveUp: "đã nối",
  aboveAway: "mất đường truyền",
  aboveBegins: "đang nối",
  aboveGone: "Mất đường truyền lên máy chủ: trong nhà vẫn nghe nhau, máy tự nối lại khi có đường.",
  aboveBack: "Đã nối lại với máy chủ: các nơi khác lại nghe được nhau.",
  markBeyond: "Chưa liên lạc được",
  beyondCount: (n: number) => `${n} chưa liên lạc được`,

  leftTitle: "Đã rời cuộc họp",
  leftText: "Cuộc họp vẫn tiếp tục. Có thể vào lại bất cứ lúc nào.",
  endedTitle: "Đã ra khỏi cuộc họp",
  again: "Vào lại",
};

/** The sentences of one language. */
export type Text = typeof vi;

/** The language that the page speaks now. */
export const lang = signal<Lang>("vi");

const english = signal<Text | undefined>(undefined);
const retryAfter = 2000; // ms

/** The sentences of that language, or Vietnamese ones until they are here; a component that reads them follows the switch. */
export const text = computed(() => (lang.value === "en" && english.value) || vi);

/** The language of those sentences. */
export const spoken = computed<Lang>(() => (text.value === vi ? "vi" : "en"));

/** Fetches the English sentences, a file of their own: most visitors need no byte of them. It resolves when they are here, or do not come now and are asked for again. */
export function learnEnglish(): Promise<void> {
  return later(async () => {
    english.value ??= (await import("./english")).en;
  });
}

/** Does what needs a file that may not come over the line now, and again until it came. It resolves after the first time. */
export async function later(load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch {
    setTimeout(() => void later(load), retryAfter);
  }
}
