// The title of a meeting that begins from a template. Pure.

const two = (n: number) => String(n).padStart(2, "0");

/** Fills in {ngày}, {tuần}, {tháng} and {năm}, as the server does for templates, in the time zone of the computer. */
export function titleAt(title: string, ms: number): string {
  const at = new Date(ms);
  const [day, month, year] = [two(at.getDate()), two(at.getMonth() + 1), String(at.getFullYear())];
  const fields: Record<string, string> = {
    "{ngày}": `${day}/${month}/${year}`,
    "{tháng}": `${month}/${year}`,
    "{năm}": year,
    "{tuần}": String(isoWeek(at)),
  };
  return title.replace(/\{[^{}]*\}/g, (field) => fields[field.normalize("NFC")] ?? field);
}

/** The number of the week that a day is in, ISO 8601. */
export function isoWeek(at: Date): number {
  const thursday = new Date(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
}
