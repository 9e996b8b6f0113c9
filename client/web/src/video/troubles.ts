// Sentences for what goes wrong with one's own pictures. Each says that the voice is not touched, or what to press.

import type { Sentence } from "../meeting/messages";

const sentences = {
  "camera-refused": [
    "Trang chưa được phép dùng camera; bấm biểu tượng cạnh địa chỉ trang, cho phép camera rồi bật lại. Tiếng vẫn bình thường.",
    "This page may not use the camera yet; press the icon beside the address, allow the camera and switch it on again. Your voice goes on.",
  ],
  "camera-none": [
    "Không thấy camera; hãy cắm camera rồi bật lại. Tiếng vẫn bình thường.",
    "No camera is found; plug one in and switch it on again. Your voice goes on.",
  ],
  "camera-busy": [
    "Chương trình khác đang dùng camera; hãy đóng chương trình đó (Zalo, Zoom…) rồi bật lại. Tiếng vẫn bình thường.",
    "Another program uses the camera; close it (Zalo, Zoom…) and switch the camera on again. Your voice goes on.",
  ],
  "camera-lost": [
    "Camera đã bị rút dây hoặc mất kết nối; hãy cắm lại, hình sẽ tự có lại. Tiếng vẫn bình thường.",
    "The camera was unplugged; plug it in again and the picture comes back by itself. Your voice goes on.",
  ],
  "camera-dark": [
    "Camera không cho hình; hãy mở nắp che hoặc bấm nút camera trên máy. Tiếng vẫn bình thường.",
    "The camera gives no picture; open its cover or press the computer's camera key. Your voice goes on.",
  ],
  "pictures-old": [
    "Trình duyệt này không gửi được hình; hãy dùng bản mới của Chrome hoặc Edge. Tiếng vẫn bình thường.",
    "This browser cannot send pictures; use a current Chrome or Edge. Your voice goes on.",
  ],
  "screen-refused": [
    "Máy không cho chia sẻ màn hình; hãy cho phép trình duyệt ghi màn hình trong phần cài đặt của máy rồi thử lại.",
    "The computer does not allow the screen to be shared; allow the browser to record it in the system's settings and try again.",
  ],
  "screen-failed": [
    "Không chia sẻ được màn hình; hãy chọn cửa sổ khác hoặc cả màn hình rồi thử lại.",
    "The screen could not be shared; choose another window or the whole screen and try again.",
  ],
  "encoder-failed": [
    "Máy này không gửi được hình của camera đó; hãy chọn camera khác hoặc tải lại trang. Tiếng vẫn bình thường.",
    "This computer cannot send that camera's picture; choose another camera or reload the page. Your voice goes on.",
  ],
} as const;

/** What can go wrong with one's own pictures. */
export type OwnTrouble = keyof typeof sentences;

/** The sentence of a trouble, in both languages. */
export function troubleOf(code: OwnTrouble): Sentence {
  const [vi, en] = sentences[code];
  return { code, vi, en };
}
