package main

import (
	"fmt"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"golang.org/x/term"

	"github.com/diemcau/diemcau/cmd/internal/certs"
)

// Widths of the box, in columns. Where a terminal is narrower, there is no box and the terminal breaks the lines.
const (
	maxBox = 90
	minBox = 60
)

// banner is what serve tells the person who started it, Vietnamese first.
type banner struct {
	page, key, keyFile, data string
	only                     bool   // only this computer is let in
	lan                      string // the command that lets others in
	authority, fingerprint   string // address and SHA-256 of the local authority, "" if there is none to install

	setup []string // how the first administrator is made; none: there is one
}

func (s *server) banner() banner {
	b := banner{
		page: s.addresses.page(), key: s.key, keyFile: s.keyFile, data: s.data.Path(), setup: s.setupText(),
		only: s.addresses.listen.Addr().Unmap().IsLoopback(),
	}
	if os.Getenv("JOURNAL_STREAM") != "" {
		b.key = "" // standard output is a log
	}
	if b.only {
		b.lan = fmt.Sprintf("%s serve --listen :%s --public-host %s", program(), s.addresses.port(), lanAddress(s.addresses.names))
	}
	if self, ok := s.certs.(*certs.Self); ok && s.addresses.tls {
		_, b.fingerprint = self.Authority()
		b.authority = b.page + "/ca.crt"
	}
	return b
}

// row is a label in both languages and what it labels; a row without labels is a paragraph.
type row struct {
	vi, en string
	text   []string
}

func (b banner) rows() []row {
	key := []string{b.key, "xin giữ kín: ai có khóa thì mở được cuộc họp", "keep it safe: who has it may open meetings"}
	switch {
	case b.key == "" && b.keyFile != "":
		key = []string{b.keyFile, "khóa nằm trong tệp này", "the key is in this file"}
	case b.key == "":
		key = []string{"như đã cấu hình", "as configured"}
	}
	rows := []row{
		{vi: "Trang họp", en: "Page", text: []string{b.page}},
		{vi: "Khóa chủ trì", en: "Host key", text: key},
		{vi: "Dữ liệu", en: "Data", text: []string{b.data}},
	}
	if b.only {
		rows = append(rows, row{text: []string{
			"Chỉ máy này vào được (an toàn). Để máy khác vào được, dừng rồi chạy:",
			"Only this computer is let in (safe). To let others in, stop and run:",
			"",
			"  " + b.lan,
		}})
	}
	if b.authority != "" {
		rows = append(rows, row{text: []string{
			"Mỗi máy khác cài chứng thực này một lần (vào mục “Trusted Root”):",
			"Every other computer installs this certificate once, as a trusted root:",
			"",
			"  " + b.authority,
			"  SHA-256 " + b.fingerprint,
		}})
	}
	return append(rows, row{text: []string{"Ctrl+C để dừng · Ctrl+C stops the server"}})
}

// print writes the banner: in a box and with a QR code on a terminal, else as plain lines.
func (b banner) print(out *os.File) {
	width, _, err := term.GetSize(int(out.Fd()))
	if err != nil {
		fmt.Fprint(out, b.plain())
		return
	}
	if code := qrCode(b.page); lipgloss.Width(code) <= width {
		_, _ = lipgloss.Fprintln(out, code)
	}
	if width < minBox {
		fmt.Fprint(out, b.plain())
		return
	}
	_, _ = lipgloss.Fprintln(out, b.box(min(width, maxBox)))
	fmt.Fprint(out, b.below())
}

// below is what stands under the box: a link that a border would break into two.
func (b banner) below() string {
	if len(b.setup) == 0 {
		return ""
	}
	return "\n" + strings.Join(b.setup, "\n") + "\n"
}

func (b banner) plain() string {
	var out strings.Builder
	out.WriteString("Điểm Cầu đang chạy · Điểm Cầu is running\n")
	for _, r := range b.rows() {
		out.WriteByte('\n')
		if r.vi != "" {
			fmt.Fprintf(&out, "%s / %s: ", r.vi, r.en)
		}
		for _, line := range r.text {
			if line != "" {
				fmt.Fprintln(&out, line)
			}
		}
	}
	out.WriteString(b.below())
	return out.String()
}

func (b banner) box(width int) string {
	const label = 14
	inner := width - 4 // border and padding
	var (
		strong = lipgloss.NewStyle().Bold(true)
		faint  = lipgloss.NewStyle().Faint(true)
		parts  = []string{strong.Render("Điểm Cầu đang chạy") + faint.Render(" · Điểm Cầu is running")}
	)
	for _, r := range b.rows() {
		parts = append(parts, "")
		if r.vi == "" {
			parts = append(parts, lipgloss.NewStyle().Width(inner).Render(strings.Join(r.text, "\n")))
			continue
		}
		names := lipgloss.NewStyle().Width(label).Render(r.vi + "\n" + faint.Render(r.en))
		text := strong.Render(r.text[0])
		if more := r.text[1:]; len(more) > 0 {
			text += "\n" + faint.Render(strings.Join(more, "\n"))
		}
		parts = append(parts, lipgloss.JoinHorizontal(lipgloss.Top, names, lipgloss.NewStyle().Width(inner-label).Render(text)))
	}
	return lipgloss.NewStyle().Border(lipgloss.RoundedBorder()).Padding(0, 1).Width(width).
		Render(lipgloss.JoinVertical(lipgloss.Left, parts...))
}
