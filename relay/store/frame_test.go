package store

import (
	"bytes"
	"testing"
)

func FuzzParseFrame(f *testing.F) {
	f.Add([]byte{})
	f.Add(newFrame("abc-def-ghj", 0, [][]byte{[]byte("event")}))
	f.Add(newFrame("s", 1<<40, [][]byte{[]byte("1"), bytes.Repeat([]byte("2"), 200), []byte("3")}))
	f.Add(append(newFrame("s", 7, [][]byte{[]byte("1")}), 0xff, 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The right token lets the rest be parsed.
		token := tokenOf("abc-def-ghj")
		if subject, ok := subjectIn(data); ok {
			token = tokenOf(subject)
		}
		got, err := parseFrame(token, data)
		if err != nil {
			return
		}
		var events [][]byte
		next := got.after
		if err := got.each(func(n uint64, event []byte) error {
			if next++; n != next {
				t.Fatalf("event %d comes as %d", next, n)
			}
			events = append(events, event)
			return nil
		}); err != nil || uint64(len(events)) != got.count || CheckAppend(got.subject, events[:1]) != nil {
			t.Fatalf("%d events of %d, %v", len(events), got.count, err)
		}
		again, err := parseFrame(tokenOf(got.subject), newFrame(got.subject, got.after, events))
		if err != nil || again.after != got.after || again.count != got.count {
			t.Fatalf("written again: %+v, %v", again, err)
		}
	})
}

func subjectIn(data []byte) (string, bool) {
	for i := 1 + tagSize; i < len(data) && i < 1+tagSize+10; i++ {
		if subject, _, ok := cutBytes(data[i:], MaxSubject); ok && data[i-1] < 0x80 {
			return string(subject), true
		}
	}
	return "", false
}

// TestFrameIsCheckedWhole refuses every beginning of a frame but whole groups of events, and every other token.
func TestFrameIsCheckedWhole(t *testing.T) {
	whole := newFrame("s", 5, [][]byte{[]byte("one"), []byte("two")})
	for cut := range whole {
		f, err := parseFrame(tokenOf("s"), whole[:cut])
		if one := cut == len(whole)-4; one != (err == nil) || one && f.count != 1 {
			t.Errorf("%d bytes of %d: %+v, %v", cut, len(whole), f, err)
		}
	}
	if f, err := parseFrame(tokenOf("s"), whole); err != nil || f.after != 5 || f.count != 2 {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := parseFrame(tokenOf("t"), whole); err == nil {
		t.Error("under another token")
	}
	if other := newFrame("s", 5, [][]byte{[]byte("one"), []byte("two")}); bytes.Equal(other, whole) {
		t.Error("two appends look the same")
	}
}
