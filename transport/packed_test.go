package transport

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// vectorPacked is a message as it travels, without its length, and what it says; JSON "" if it is malformed.
type vectorPacked struct {
	Name, Bytes string
	JSON        string `json:",omitempty"`
}

// told reads a framed message as a client does.
func told(framed []byte) (Message, error) {
	s := Session{reader: bufio.NewReader(bytes.NewReader(framed))}
	return s.ReadTold()
}

// deflated is a packed message made of any bytes.
func deflated(j []byte) []byte {
	var out bytes.Buffer
	out.WriteByte(packedMark)
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	_, _ = w.Write(j)
	_ = w.Close()
	return out.Bytes()
}

func TestPackedVectors(t *testing.T) {
	short := `{"type":"done","id":"a","n":17}`
	long := `{"type":"event","n":18,"ms":90210,"kind":"concluded","seat":"00700001","body":{"id":"k1","text":"` +
		strings.Repeat("Xã Ga Ry báo cáo số hộ phải di dời trước mùa bão. ", 12) + `","units":[1,2,3],"due":"2025-10-01"}}`
	whole := deflated([]byte(long))
	bomb := deflated([]byte(`{"type":"` + strings.Repeat("a", MaxInflated) + `"}`))
	vectors := []vectorPacked{
		{"short", hex.EncodeToString([]byte(short)), short},
		{"long", hex.EncodeToString(whole), long},
		{"short, packed nevertheless", hex.EncodeToString(deflated([]byte(short))), short},
		{"cut off", hex.EncodeToString(whole[:len(whole)-3]), ""},
		{"something behind it", hex.EncodeToString(append(bytes.Clone(whole), 0)), ""},
		{"empty", "01", ""},
		{"no deflate", "01ffffffff", ""},
		{"no JSON", hex.EncodeToString(deflated([]byte("hello"))), ""},
		{"too much", hex.EncodeToString(bomb), ""},
	}
	for _, v := range vectors {
		b, err := hex.DecodeString(v.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		m, err := told(appendBlock(nil, b))
		if v.JSON == "" && !errors.Is(err, ErrNotJSON) || v.JSON != "" && (err != nil || string(m.JSON) != v.JSON || m.Wire != len(b)) {
			t.Errorf("%s: %s, %d, %v", v.Name, m.JSON, m.Wire, err)
		}
	}
	golden(t, "packed.json", vectors)
}

func TestPackedOnlyFromRelays(t *testing.T) {
	b, err := AppendPacked(nil, Error{Type: TypeError, Vi: strings.Repeat("quá dài ", 100)})
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 120 {
		t.Errorf("%d bytes", len(b))
	}
	if _, err := ReadMessage(bufio.NewReader(bytes.NewReader(b)), MaxControl); !errors.Is(err, ErrNotJSON) {
		t.Errorf("a relay takes a packed message: %v", err)
	}
	if m, err := told(b); err != nil || m.Type != TypeError {
		t.Errorf("%s, %v", m.Type, err)
	}
}

func TestPackedLimits(t *testing.T) {
	if _, err := AppendPacked(nil, strings.Repeat("a", MaxInflated)); !errors.Is(err, ErrMessageTooLong) {
		t.Errorf("more than may be inflated: %v", err)
	}
	noise := make([]byte, 120<<10) // does not shrink to MaxControl
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	if _, err := AppendPacked(nil, noise); !errors.Is(err, ErrMessageTooLong) {
		t.Errorf("more than may travel: %v", err)
	}
}

// FuzzPacked: whatever a relay says is a message, or refused; a message says the same when it is packed again.
func FuzzPacked(f *testing.F) {
	f.Add([]byte(`{"type":"plan"}`))
	f.Add(deflated([]byte(`{"type":"plan","voice":{"lo":8000}}`)))
	f.Add([]byte{packedMark, 3, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := told(appendBlock(nil, b))
		if err != nil {
			return
		}
		again, err := AppendPacked(nil, json.RawMessage(m.JSON))
		if err != nil {
			return // not one line of JSON
		}
		if m2, err := told(again); err != nil || m2.Type != m.Type {
			t.Fatalf("%q became %q, %v", m.JSON, m2.JSON, err)
		}
	})
}
