package relay

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// hashesName is the file that tells the hashes of the certificates used now and later. It is made when it is asked for.
const hashesName = "hashes.json"

const (
	maxFileRequest  = 512              // bytes
	fileRequestWait = 10 * time.Second // from the opening of a stream to the end of its request
)

// pace is how fast files go down p's line: not at all while something stands in its queue.
func (p *Participant) pace() transport.Pace {
	return p.line.Sender.Stats().Spare(p.subscription.limits().Rate)
}

var errNoFile = errors.New("relay: not a request for a file that there is")

// files are what a page may fetch inside its session.
type files struct {
	page   map[string][]byte
	hashes func() []string // nil: the certificates are public
	calls  *recalls        // what sites answer; nil: nobody is asked
	porter *porter         // of slides and reports
}

// fileStreams is what files need of a session; *transport.Session satisfies it.
type fileStreams interface {
	AcceptFile(context.Context) (transport.Stream, error)
}

// beside runs a session, and serves files to it until that returns. Only a session with control gets files: a page asks the one that welcomed it.
func (f files) beside(a *attachment, pace func() transport.Pace, run func() error) error {
	if a.out == nil {
		return run()
	}
	var files sync.WaitGroup
	files.Go(func() { _ = f.serve(a.ctx, a.session, pace, f.calls.taker(a)) }) // ends with a
	defer files.Wait()
	return run()
}

// taker takes a stream that begins with a message over; false if it is none that was waited for.
type taker func(stream transport.Stream, rest *bufio.Reader, first transport.Message) bool

// serve answers the requests of a session, one stream after another, until the session or ctx ends: that is the error. It is nil at once for a
// session without streams. Streams that answer a question of ours go to answered.
func (f files) serve(ctx context.Context, session fileStreams, pace func() transport.Pace, answered taker) error {
	for {
		stream, err := session.AcceptFile(ctx)
		switch {
		case errors.Is(err, transport.ErrNoStreams):
			return nil
		case err != nil:
			return err
		}
		f.answer(ctx, stream, pace, answered)
	}
}

// answer reads one request and sends what it asks for. A client learns by the aborted stream that it does not get all.
func (f files) answer(ctx context.Context, stream transport.Stream, pace func() transport.Pace, answered taker) {
	stop := context.AfterFunc(ctx, stream.Abort)
	defer stop()
	reader := bufio.NewReaderSize(stream, maxFileRequest)
	first, err := readRequest(stream, reader)
	if err == nil && first.Type == transport.TypeRecalled && answered(stream, reader, first) {
		return
	}
	var content []byte
	if err == nil {
		content, err = f.request(first)
	}
	if err == nil {
		err = transport.SendBulk(ctx, stream, content, pace)
	}
	if err == nil {
		err = stream.Close()
	}
	if err != nil {
		stream.Abort()
	}
}

// readRequest reads the first message of a stream.
func readRequest(stream transport.Stream, reader *bufio.Reader) (m transport.Message, err error) {
	if err := stream.SetDeadline(time.Now().Add(fileRequestWait)); err != nil {
		return m, err
	}
	return transport.ReadMessage(reader, maxFileRequest)
}

// request returns what a message asks for.
func (f files) request(m transport.Message) ([]byte, error) {
	var r transport.FileRequest
	if m.Type != transport.TypeFile || m.Decode(&r) != nil {
		return nil, errNoFile
	}
	content, ok := f.find(r.Name)
	if !ok || r.From < 0 || r.From > len(content) {
		return nil, errNoFile
	}
	return content[r.From:], nil
}

// find looks a file up by its whole name: there is no path to walk.
func (f files) find(name string) ([]byte, bool) {
	if name != hashesName {
		content, ok := f.page[name]
		return content, ok
	}
	hashes := []string{} // never null
	if f.hashes != nil {
		hashes = append(hashes, f.hashes()...)
	}
	content, err := json.Marshal(hashes)
	return content, err == nil
}
