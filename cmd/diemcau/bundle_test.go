package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"testing"

	"github.com/quic-go/webtransport-go"
	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/transport"
)

// fetchInside asks for a file inside a session, as a page does.
func fetchInside(t *testing.T, session *transport.Session, name string, from int) []byte {
	t.Helper()
	stream, err := session.Datagrams.(*webtransport.Session).OpenStreamSync(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	request, err := transport.AppendMessage(nil, transport.FileRequest{Type: transport.TypeFile, Name: name, From: from})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Write(request); err != nil {
		t.Fatal(err)
	}
	_ = stream.Close()
	content, err := io.ReadAll(stream)
	if err != nil {
		t.Fatalf("%s from %d: %v", name, from, err)
	}
	return content
}

// TestNextVisitNeedsNoTCP does what a page does for it: with what came inside the session alone it knows the page and the certificates.
func TestNextVisitNeedsNoTCP(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, stop := startServer(t, config.Serve{Listen: "127.0.0.1:0"})
	defer stop()
	m, err := (&MeetingNewCmd{Host: Host{Server: s.addresses.page(), HostKey: s.key}}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known := lookup(t, s.addresses.page(), m.Code)
	session, err := transport.Dial(t.Context(), known.URL, pinned(known.Hashes))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close("")
	if err := session.WriteControl(transport.Hello{Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: m.Code, Name: "Xã Nậm Cắn"}); err != nil {
		t.Fatal(err)
	}
	answer, err := session.ReadTold()
	var welcome transport.Welcome
	if err != nil || answer.Decode(&welcome) != nil {
		t.Fatalf("the relay answers %s, %v", answer.JSON, err)
	}

	manifest := fetchInside(t, session, "bundle.json", 0)
	if sum := sha256.Sum256(manifest); base64.StdEncoding.EncodeToString(sum[:]) != welcome.Build {
		t.Errorf("the manifest %s is not that of the build %q", manifest, welcome.Build)
	}
	var page struct {
		Files []struct {
			Name string
			Size int
		}
	}
	if err := json.Unmarshal(manifest, &page); err != nil {
		t.Fatal(err)
	}
	index := page.Files[len(page.Files)-1]
	if got := fetchInside(t, session, index.Name, index.Size-10); index.Name != "index.html" || len(got) != 10 {
		t.Errorf("the end of %s: %q", index.Name, got)
	}
	var hashes []string
	if err := json.Unmarshal(fetchInside(t, session, "hashes.json", 0), &hashes); err != nil || !slices.Equal(hashes, known.Hashes) {
		t.Errorf("the session tells the certificates %v, the API %v", hashes, known.Hashes)
	}
}
