package minutes

import (
	"reflect"
	"strings"
	"testing"

	"github.com/diemcau/diemcau/relay/meeting"
)

// What was shown is listed once, whatever pages were turned and however often it was shown again.
func TestWhatWasShown(t *testing.T) {
	var f Fold
	ms := int64(0)
	happens := func(seat string, body meeting.Body) {
		t.Helper()
		ms += 60_000
		e := meeting.Event{N: f.State().N + 1, Ms: ms, Seat: seat, Body: body}
		if err := f.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	happens("", meeting.Created{Code: "abc-def-gh0", Began: eight})
	happens("00100001", meeting.Joined{Entry: meeting.Entry{Name: "Xã Ga Ry", Publication: 0x100001}})
	happens("00100001", meeting.Decked{ID: "3", Title: "Báo cáo *lũ*", Pages: 2})
	happens("00100001", meeting.Shown{Deck: "3", Page: 1, Title: "Báo cáo *lũ*", Pages: 2})
	happens("00100001", meeting.Shown{Deck: "3", Page: 2})
	happens("", meeting.Hidden{})
	happens("00100001", meeting.Shown{Deck: "3", Page: 1, Title: "Báo cáo *lũ*", Pages: 2})
	happens("00100001", meeting.Playing{ID: "9", Title: "Báo cáo *lũ*", Ms: 1000})
	m := f.Minutes()
	want := []Showing{
		{At: eight + 4*60_000, Name: "Xã Ga Ry", Title: "Báo cáo *lũ*"}, {At: eight + 8*60_000, Name: "Xã Ga Ry", Title: "Báo cáo *lũ*", Report: true},
	}
	if !reflect.DeepEqual(m.Shown, want) {
		t.Errorf("%+v", m.Shown)
	}
	for _, line := range []string{
		"### Tài liệu đã trình chiếu\n\n- 08:04: Xã Ga Ry – Báo cáo \\*lũ\\*\n- 08:08: Xã Ga Ry – Báo cáo \\*lũ\\* (báo cáo ghi sẵn)\n",
	} {
		if text := m.Markdown(Options{}); !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}
