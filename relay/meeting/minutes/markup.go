package minutes

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The small Markdown that minutes are written in: headings (# to ####), lists (- and 1.), tables, **bold** and paragraphs whose
// lines stay lines. A backslash takes its meaning from the punctuation behind it. Everything else is text.

// RenderHTML turns minutes in Markdown into HTML. Whatever text is, the result has no tags but h1 to h4, p, ul, ol, li, table, thead, tbody, tr,
// th, td, strong, bdi and br, all without attributes, and all closed.
func RenderHTML(text string) string {
	r := renderer{lines: strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text), "\n")}
	for r.at < len(r.lines) {
		r.block()
	}
	return r.out.String()
}

// renderer reads line by line.
type renderer struct {
	lines []string
	at    int
	out   strings.Builder
}

// line kinds
const (
	blank = iota
	heading
	bullet
	number
	row
	plain
)

// kindOf says what a line is, and returns it without its mark.
func kindOf(line string) (kind int, rest string) {
	line = strings.TrimSpace(line)
	if line == "" {
		return blank, ""
	}
	if depth := len(line) - len(strings.TrimLeft(line, "#")); depth >= 1 && depth <= 4 && strings.HasPrefix(line[depth:], " ") {
		return heading, line
	}
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return bullet, rest
	}
	digits := strings.TrimLeft(line, "0123456789")
	if n := len(line) - len(digits); n >= 1 && n <= 4 && strings.HasPrefix(digits, ". ") {
		return number, digits[2:]
	}
	if strings.HasPrefix(line, "|") && len(line) > 1 {
		return row, line
	}
	return plain, line
}

// block writes the block that begins here.
func (r *renderer) block() {
	kind, rest := kindOf(r.lines[r.at])
	switch kind {
	case blank:
		r.at++
	case heading:
		depth := len(rest) - len(strings.TrimLeft(rest, "#"))
		tag := "h" + string(rune('0'+depth))
		r.element(tag, strings.TrimSpace(rest[depth:]))
		r.out.WriteString("\n")
		r.at++
	case bullet:
		r.list("ul", bullet)
	case number:
		r.list("ol", number)
	case row:
		r.table()
	default:
		r.paragraph()
	}
}

func (r *renderer) element(tag, text string) {
	r.out.WriteString("<" + tag + ">" + inline(text) + "</" + tag + ">")
}

func (r *renderer) list(tag string, kind int) {
	r.out.WriteString("<" + tag + ">\n")
	for ; r.at < len(r.lines); r.at++ {
		k, rest := kindOf(r.lines[r.at])
		if k != kind {
			break
		}
		r.element("li", rest)
		r.out.WriteString("\n")
	}
	r.out.WriteString("</" + tag + ">\n")
}

func (r *renderer) paragraph() {
	r.out.WriteString("<p>")
	for first := true; r.at < len(r.lines); r.at++ {
		kind, rest := kindOf(r.lines[r.at])
		if kind != plain {
			break
		}
		if !first {
			r.out.WriteString("<br>")
		}
		first = false
		r.out.WriteString(inline(rest))
	}
	r.out.WriteString("</p>\n")
}

// table writes rows; if the second one is a rule, the first is the head.
func (r *renderer) table() {
	r.out.WriteString("<table>\n")
	headed := r.at+1 < len(r.lines) && isRule(r.lines[r.at+1])
	if headed {
		r.out.WriteString("<thead>\n")
		r.row("th")
		r.out.WriteString("</thead>\n")
		r.at++ // the rule
	}
	r.out.WriteString("<tbody>\n")
	for r.at < len(r.lines) {
		if kind, _ := kindOf(r.lines[r.at]); kind != row {
			break
		}
		r.row("td")
	}
	r.out.WriteString("</tbody>\n</table>\n")
}

func (r *renderer) row(tag string) {
	r.out.WriteString("<tr>")
	for _, cell := range cells(r.lines[r.at]) {
		r.element(tag, cell)
	}
	r.out.WriteString("</tr>\n")
	r.at++
}

// isRule says whether a line is the one below a table's head.
func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "|") && strings.Contains(line, "-") && strings.Trim(line, "|-: ") == ""
}

// cells parts a row at the bars that no backslash precedes.
func cells(line string) []string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	var out []string
	begin := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			out = append(out, strings.TrimSpace(line[begin:i]))
			begin = i + 1
		}
	}
	if rest := strings.TrimSpace(line[begin:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// inline writes text with its bold parts. Marks of direction are dropped, and what is written from right to left ends where it ends.
func inline(text string) string {
	var out strings.Builder
	bold := false
	for len(text) > 0 {
		c, size := utf8.DecodeRuneInString(text)
		switch {
		case c == utf8.RuneError && size == 1:
			out.WriteString("\uFFFD")
		case c == '\\' && len(text) > 1 && isPunct(text[1]):
			size = 2
			out.WriteString(html.EscapeString(text[1:2]))
		case strings.HasPrefix(text, "**") && (bold || strings.Contains(text[2:], "**")):
			size, bold = 2, !bold
			out.WriteString(strongTag(bold))
		case rightToLeft(c):
			size = leftward(text)
			out.WriteString("<bdi>" + html.EscapeString(text[:size]) + "</bdi>")
		case !directs(c) && !unicode.IsControl(c):
			out.WriteString(html.EscapeString(text[:size]))
		}
		text = text[size:]
	}
	if bold {
		out.WriteString(strongTag(false))
	}
	return out.String()
}

// leftward returns the length of the words written from right to left that a text begins with.
func leftward(text string) (n int) {
	for i, c := range text {
		switch {
		case rightToLeft(c) || unicode.Is(unicode.Mn, c):
			n = i + utf8.RuneLen(c)
		case c != ' ':
			return n
		}
	}
	return n
}

func strongTag(open bool) string {
	if open {
		return "<strong>"
	}
	return "</strong>"
}

// directs says whether a character changes the direction of what is behind it.
func directs(c rune) bool { return unicode.Is(unicode.Bidi_Control, c) }

func isPunct(b byte) bool {
	return b < utf8.RuneSelf && (unicode.IsPunct(rune(b)) || unicode.IsSymbol(rune(b)))
}

// clean makes one line of a text that somebody typed: no controls, no marks of direction.
func clean(text string) string {
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c) || unicode.Is(unicode.Zl, c) || unicode.Is(unicode.Zp, c):
			return ' '
		case directs(c) || unicode.IsControl(c):
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

// quote makes a text that somebody typed one line of Markdown that means nothing but itself.
func quote(text string) string {
	text = clean(text)
	var out strings.Builder
	for i, c := range text {
		special := strings.ContainsRune("\\`*_[]<>|~&", c) || i == 0 && strings.ContainsRune("#-+=", c)
		if special {
			out.WriteByte('\\')
		}
		out.WriteRune(c)
	}
	return numbered(out.String())
}

// numbered takes its meaning from a number that a text begins with.
func numbered(line string) string {
	rest := strings.TrimLeft(line, "0123456789")
	if n := len(line) - len(rest); n > 0 && rest != "" && strings.ContainsRune(".)", rune(rest[0])) {
		return line[:n] + "\\" + rest
	}
	return line
}

// rightToLeft says whether a character is of a script that is written from right to left.
func rightToLeft(c rune) bool {
	return unicode.In(c, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}
