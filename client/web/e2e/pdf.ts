// A PDF of numbered pages, as small as one can be: words, a frame, and the number of the page in cells (clip/code.ts), so that a test reads which page is shown.

import { deflateSync } from "node:zlib";
import { cells } from "./clip/code";

const [width, height] = [960, 540]; // points

/** The bytes of a PDF of so many pages; those are numbered from 1. trailer: what its trailer has beside. */
export function pdf(pages: number, trailer = ""): Buffer {
  const objects: string[] = [];
  const add = (object: string) => objects.push(object);
  const of = Array.from({ length: pages }, (_, i) => `${4 + 2 * i} 0 R`).join(" ");
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${of}] /Count ${pages} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (let page = 1; page <= pages; page++) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${3 + 2 * page} 0 R >>`,
    );
    const text = drawing(page);
    add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  return file(objects, trailer);
}

/** A PDF of one page, a scan of so many pixels in width and height. */
export function scan(size: number): Buffer {
  const data = deflateSync(Buffer.alloc(size * size, 0x66)).toString("latin1");
  const image = `<< /Type /XObject /Subtype /Image /Width ${size} /Height ${size} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode /Length ${data.length} >>`;
  const draw = `${width} 0 0 ${height} 0 0 cm /I Do`;
  return file([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>`,
    `<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`,
    `${image}\nstream\n${data}\nendstream`,
  ]);
}

function file(objects: string[], trailer = ""): Buffer {
  let out = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${out.length}\n%%EOF\n`;
  return Buffer.from(out, "latin1");
}

/** What makes a PDF ask for a password that nobody knows: hashes of none. */
export const locked = `/ID [<${"07".repeat(16)}> <${"07".repeat(16)}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${"5a".repeat(32)}> /U <${"a5".repeat(32)}> >> `;

/** What is drawn on a page: a head line, lines of small text, the cells of its number at the bottom left. */
function drawing(page: number): string {
  const cell = width / 20;
  const squares = cells(page).map((bit, i) => {
    const [x, y] = [(i % 9) * cell, (1 - Math.floor(i / 9)) * cell];
    return `${bit ? "0.91 0.91 0.91" : "0.09 0.09 0.09"} rg ${x} ${y} ${cell} ${cell} re f`;
  });
  const lines = Array.from(
    { length: 14 },
    (_, i) =>
      `BT /F1 15 Tf 60 ${400 - 18 * i} Td (${page}.${i} Bao cao tinh hinh phong chong thien tai: ${(page * 7919 + i * 104729) % 9973} ho dan) Tj ET`,
  );
  return [
    "1 1 1 rg 0 0 960 540 re f",
    "0.17 0.34 0.6 rg 0 470 960 70 re f",
    `1 1 1 rg BT /F1 36 Tf 60 490 Td (Trang so ${page}) Tj ET`,
    "0.1 0.1 0.1 rg",
    ...lines,
    ...squares,
  ].join("\n");
}
