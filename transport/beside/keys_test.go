package beside

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"testing"
)

var write = flag.Bool("beside.vectors", false, "write testdata/beside.json anew")

// known exports keys that anybody can compute: SHA-256 of label and context.
func known(label string, context []byte, n int) ([]byte, error) {
	sum := sha256.Sum256(append([]byte(label), context...))
	return sum[:n], nil
}

// pair are a sealer and the opener of the same direction.
func pair(number uint64, d direction) (*sealer, *opener) {
	k := keys{export: known, number: number, direction: d}
	return &sealer{keys: k}, &opener{keys: k}
}

// carry seals a payload; the packet that it returns is the caller's.
func (s *sealer) carry(t testing.TB, payload []byte) []byte {
	t.Helper()
	b, err := s.seal(kindDatagram, payload)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b)
}

// receive opens a packet and leaves it as it is.
func (o *opener) receive(packet []byte) (payload []byte, newest bool, err error) {
	h, ok := parseHeader(packet)
	if !ok {
		return nil, false, errEpoch
	}
	return o.open(append(make([]byte, rtpHeader-headerSize), packet...), h)
}

// A key protects 65,536 packets; then the next one does, and nothing is lost on the way, not even what is overtaken.
func TestAKeyEndsBeforeItsSequenceWraps(t *testing.T) {
	s, o := pair(5, up)
	var late []byte
	for i := range 3*perKey + 10 {
		b := s.carry(t, []byte{byte(i), byte(i >> 8), byte(i >> 16)})
		if i == perKey-3 || i == 2*perKey-1 {
			late = b
			continue
		}
		payload, newest, err := o.receive(b)
		if err != nil || !newest || !bytes.Equal(payload, []byte{byte(i), byte(i >> 8), byte(i >> 16)}) {
			t.Fatalf("packet %d: %v %v %v", i, payload, newest, err)
		}
		if i == perKey+5 || i == 2*perKey+1000 {
			if _, newest, err := o.receive(late); err != nil || newest {
				t.Fatalf("one of the key before, at %d: %v %v", i, newest, err)
			}
			if _, _, err := o.receive(late); !errors.Is(err, errReplay) {
				t.Fatalf("the same again: %v", err)
			}
		}
	}
	if o.epoch != 3 {
		t.Errorf("epoch %d", o.epoch)
	}
}

// Each packet is taken once, and none that is too old to know.
func TestReplayWindow(t *testing.T) {
	s, o := pair(5, down)
	var all [][]byte
	for range window + 100 {
		all = append(all, s.carry(t, []byte{1}))
	}
	last := len(all) - 1
	for _, i := range []int{0, last, last - window + 1, last - 1024} {
		if _, _, err := o.receive(all[i]); err != nil {
			t.Errorf("packet %d: %v", i, err)
		}
		if _, _, err := o.receive(all[i]); !errors.Is(err, errReplay) {
			t.Errorf("packet %d again: %v", i, err)
		}
	}
	if _, _, err := o.receive(all[last-window-1]); !errors.Is(err, errReplay) {
		t.Errorf("a packet behind the window: %v", err)
	}
}

// Forged packets do not make the opener derive a key twice, nor leave its own.
func TestForgedEpochs(t *testing.T) {
	s, o := pair(5, up)
	derived := 0
	o.export = func(label string, context []byte, n int) ([]byte, error) {
		derived++
		return known(label, context, n)
	}
	if _, _, err := o.receive(s.carry(t, []byte{1})); err != nil {
		t.Fatal(err)
	}
	bad := s.carry(t, []byte{1})
	bad[len(bad)-1] ^= 1
	for i := range 1000 {
		bad[0] = bad[0]&^epochMask | byte(i)&epochMask
		if _, _, err := o.receive(bad); err == nil {
			t.Fatal("a forged packet was taken")
		}
	}
	if derived > 2 || o.epoch != 0 {
		t.Errorf("%d keys derived, epoch %d", derived, o.epoch)
	}
	if _, _, err := o.receive(s.carry(t, []byte{1})); err != nil {
		t.Error(err)
	}
}

func TestAChannelWearsOut(t *testing.T) {
	s, _ := pair(5, up)
	s.next = maxEpochs*perKey - 1
	s.carry(t, []byte{1})
	if _, err := s.seal(kindDatagram, []byte{1}); !errors.Is(err, ErrWorn) {
		t.Error(err)
	}
}

func TestSealingAllocatesNothing(t *testing.T) {
	s, o := pair(5, up)
	payload := make([]byte, 120)
	buffer := make([]byte, bufferSize)
	s.carry(t, payload)
	if n := testing.AllocsPerRun(1000, func() {
		b, err := s.seal(kindDatagram, payload)
		if err != nil {
			t.Fatal(err)
		}
		h, _ := parseHeader(b)
		copy(buffer[rtpHeader-headerSize:], b)
		if _, _, err := o.open(buffer[:rtpHeader-headerSize+len(b)], h); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%.1f allocations for a packet there and back", n)
	}
}

// vector is a packet that every implementation makes alike.
type vector struct {
	Name      string `json:"name"`
	Channel   uint64 `json:"channel"`
	Direction byte   `json:"direction"`
	Number    uint64 `json:"number"`  // of the packet: epoch · 65,536 + sequence
	Context   string `json:"context"` // of the exporter
	Exported  string `json:"exported"`
	Kind      byte   `json:"kind"`
	Payload   string `json:"payload"`
	Packet    string `json:"packet"`
}

const vectorFile = "testdata/beside.json"

func (v vector) make(t *testing.T) vector {
	t.Helper()
	s, _ := pair(v.Channel, direction(v.Direction))
	s.next = v.Number
	payload, err := hex.DecodeString(v.Payload)
	if err != nil {
		t.Fatal(err)
	}
	info := s.info(v.Number / perKey)
	exported, _ := known(keyLabel, info, keySize+saltSize)
	packet, err := s.seal(kind(v.Kind), payload)
	if err != nil {
		t.Fatal(err)
	}
	v.Context, v.Exported, v.Packet = hex.EncodeToString(info), hex.EncodeToString(exported), hex.EncodeToString(packet)
	return v
}

// The exporter is replaced by SHA-256(label ‖ context), so that the vectors need no TLS.
func TestVectors(t *testing.T) {
	const step = "0102030405060708"
	cases := []vector{
		{Name: "the first datagram of a client", Channel: 0x123456789a, Kind: 1, Payload: "00000048aabbcc"},
		{Name: "the first datagram of a relay", Channel: 0x123456789a, Direction: 1, Kind: 1, Payload: "00000048aabbcc"},
		{Name: "a challenge", Channel: 0x123456789a, Number: 1, Kind: 2, Payload: "01" + step},
		{Name: "a response", Channel: 0x123456789a, Direction: 1, Number: 2, Kind: 2, Payload: "02" + step},
		{Name: "the last packet under the first key", Channel: 7, Number: perKey - 1, Kind: 1, Payload: "ff"},
		{Name: "the first under the second", Channel: 7, Number: perKey, Kind: 1, Payload: "ff"},
		{Name: "under the key after 2^16 others", Channel: 1<<53 - 1, Direction: 1, Number: 1<<32 + 5, Kind: 1, Payload: "00"},
	}
	for i := range cases {
		cases[i] = cases[i].make(t)
	}
	if *write {
		b, err := json.MarshalIndent(cases, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var want []vector
	if err := json.Unmarshal(b, &want); err != nil || len(want) != len(cases) {
		t.Fatalf("%d vectors, want %d: %v", len(want), len(cases), err)
	}
	for i, v := range want {
		if cases[i] != v {
			t.Errorf("%s:\n got %+v\nwant %+v", v.Name, cases[i], v)
		}
		_, o := pair(v.Channel, direction(v.Direction))
		o.epoch = v.Number / perKey
		packet, _ := hex.DecodeString(v.Packet)
		if payload, _, err := o.receive(packet); err != nil || hex.EncodeToString(payload) != v.Payload {
			t.Errorf("%s opens to %x, %v", v.Name, payload, err)
		}
	}
}
