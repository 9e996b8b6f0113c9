// Names of units within a sentence.

const nouns =
  /^(Xã|Phường|Thị|Huyện|Quận|Tỉnh|Thành|Sở|Ban|Phòng|Ủy|Uỷ|Điểm|Trạm|Đồn|Công|Trường|Bệnh|Trung|Hội|Chi|Đội|Văn|Ông|Bà|Đồng|Đại)(?= \p{L})/u;

const short = 18; // letters of a name that is not broken between lines

/** A unit's name as it stands within a Vietnamese sentence: "Xã Ga Ry" → "xã Ga Ry". Names of persons keep their capitals. */
export function inSentence(name: string): string {
  const said = name.replace(nouns, (noun) => noun.toLowerCase());
  return said.length <= short ? said.replaceAll(" ", "\u00a0") : said;
}
