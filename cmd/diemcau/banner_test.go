package main

import (
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"rsc.io/qr"
)

var shown = banner{
	page: "https://192.168.1.20:8080", key: "7psd-jcca-ps25-kzjy", data: "/var/lib/diemcau", only: true,
	lan:       "diemcau serve --listen :8080 --public-host 192.168.1.20",
	authority: "https://192.168.1.20:8080/ca.crt", fingerprint: strings.Repeat("0f", 32),
}

func TestBannerFits(t *testing.T) {
	for _, width := range []int{minBox, 80, maxBox} {
		box := shown.box(width)
		for line := range strings.SplitSeq(box, "\n") {
			if w := lipgloss.Width(line); w != width {
				t.Errorf("%d columns: %d in %q", width, w, line)
			}
		}
	}
	for _, text := range []string{shown.box(80), shown.plain()} {
		for _, part := range []string{shown.page, shown.key, shown.data, shown.lan, shown.authority, shown.fingerprint, "(an toàn)", "(safe)"} {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in\n%s", part, text)
			}
		}
	}
	if strings.Contains(shown.plain(), "\x1b") {
		t.Error("plain lines have colours")
	}
}

// The link stays in one piece, however narrow the terminal is.
func TestSetupLinkIsShownWhole(t *testing.T) {
	b := shown
	b.setup = []string{"Chưa có người quản trị.", "https://hop.huyen.example/setup#" + strings.Repeat("x", 60)}
	if !strings.Contains(b.plain(), "\n"+b.setup[1]+"\n") || !strings.Contains(b.below(), "\n"+b.setup[1]+"\n") {
		t.Errorf("%s", b.below())
	}
	if shown.below() != "" {
		t.Error("a server that is set up speaks of it")
	}
}

func TestSecretKeyIsNotShown(t *testing.T) {
	hidden := shown
	hidden.key, hidden.keyFile = "", "/var/lib/diemcau/host-key"
	if !strings.Contains(hidden.plain(), hidden.keyFile) {
		t.Error("nobody finds the key")
	}
	hidden.keyFile = ""
	if !strings.Contains(hidden.plain(), "as configured") {
		t.Error("a configured key is not mentioned")
	}
}

func TestQRCode(t *testing.T) {
	const text = "https://hop.huyen.example/"
	want, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	light := map[rune][2]bool{'█': {true, true}, '▀': {true, false}, '▄': {false, true}, ' ': {}}
	var rows [][]bool
	for line := range strings.SplitSeq(stripped(qrCode(text)), "\n") {
		var above, below []bool
		for _, c := range line {
			halves, ok := light[c]
			if !ok {
				t.Fatalf("%q in the code", c)
			}
			above, below = append(above, halves[0]), append(below, halves[1])
		}
		rows = append(rows, above, below)
	}
	for y := range want.Size + 2*quietZone {
		for x := range want.Size + 2*quietZone {
			if rows[y][x] == want.Black(x-quietZone, y-quietZone) {
				t.Fatalf("module %d, %d is wrong", x, y)
			}
		}
	}
	if qrCode(strings.Repeat("x", 5000)) != "" {
		t.Error("a code that cannot be")
	}
}

// stripped takes the colours away.
func stripped(s string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}
