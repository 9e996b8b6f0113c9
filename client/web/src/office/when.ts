// Days and times in words. Pure; in the time zone of the computer.

import type { Lang } from "../ui/text";

const weekdays = {
  vi: ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};

const two = (n: number) => String(n).padStart(2, "0");

/** "8 giờ 05", "8:05". */
export function clock(ms: number, lang: Lang): string {
  const at = new Date(ms);
  const [hours, minutes] = [at.getHours(), two(at.getMinutes())];
  return lang === "vi" ? `${hours} giờ ${minutes}` : `${hours}:${minutes}`;
}

/** "Thứ năm, ngày 05/11/2026", with "hôm nay" or "ngày mai" where it is. */
export function day(ms: number, now: number, lang: Lang): string {
  const at = new Date(ms);
  const date = `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
  const words = `${weekdays[lang][at.getDay()]}, ${lang === "vi" ? "ngày " : ""}${date}`;
  const near = { vi: ["Hôm nay", "Ngày mai"], en: ["Today", "Tomorrow"] }[lang][daysBetween(now, ms)];
  return near ? `${near}, ${words[0].toLowerCase()}${words.slice(1)}` : words;
}

/** "8 giờ 00, thứ năm, ngày 05/11/2026". */
export function moment(ms: number, now: number, lang: Lang): string {
  const words = day(ms, now, lang);
  return `${clock(ms, lang)}, ${words[0].toLowerCase()}${words.slice(1)}`;
}

/** How many midnights are between two times. */
export function daysBetween(from: number, to: number): number {
  const midnight = (ms: number) => {
    const at = new Date(ms);
    return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  };
  return (midnight(to) - midnight(from)) / 86_400_000;
}

/** How long it is until then, in its two largest units: "2 ngày 3 giờ", "15 phút", "40 giây"; "" if it is past. */
export function countdown(ms: number, now: number, lang: Lang): string {
  const left = Math.ceil((ms - now) / 1000);
  if (left <= 0) return "";
  const parts = [Math.floor(left / 86_400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
  const names = { vi: ["ngày", "giờ", "phút", "giây"], en: ["d", "h", "min", "s"] }[lang];
  const first = parts.findIndex((n) => n > 0);
  const last = first === 2 && parts[2] >= 10 ? 3 : first + 2; // seconds matter in the last ten minutes
  return parts
    .map((n, i) => (i >= first && i < last && n > 0 ? `${n} ${names[i]}` : ""))
    .filter(Boolean)
    .join(" ");
}

/** How long something took: "1 giờ 20 phút", "45 giây". */
export function duration(ms: number, lang: Lang): string {
  return countdown(ms, 0, lang) || (lang === "vi" ? "0 giây" : "0 s");
}

/** A day as a date field has it: "2026-11-05"; "" for none. */
export function dateField(ms: number | undefined): string {
  if (ms === undefined) return "";
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** A time as a time field has it: "08:05"; "" for none. */
export function timeField(ms: number | undefined): string {
  if (ms === undefined) return "";
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The moment that the two fields name; undefined if both are empty, NaN if they name none. */
export function readFields(date: string, time: string): number | undefined {
  if (!date && !time) return undefined;
  const d = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const t = /^(\d\d):(\d\d)/.exec(time);
  if (!d || !t) return Number.NaN;
  return new Date(+d[1], +d[2] - 1, +d[3], +t[1], +t[2]).getTime();
}

/** A due day "2026-11-05" as it is read: "05/11/2026". */
export function dueDay(due: string): string {
  const d = /^(\d{4})-(\d\d)-(\d\d)$/.exec(due);
  return d ? `${d[3]}/${d[2]}/${d[1]}` : due;
}

/** Whether a due day has passed. */
export function isOverdue(due: string, now: number): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(due) && due < dateField(now);
}

/** The language and the time zone in which the server is to write a paper. */
export function inWords(lang: Lang): string {
  return `lang=${lang}&offset=${-new Date().getTimezoneOffset()}`;
}
