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
	fileChunkWait   = 30 * time.Second // for a line that takes no bytes
	filePause       = 100 * time.Millisecond
)

// Pace says how fast files may leave beside the voice.
type Pace struct {
	Rate  int // bytes/s; 0: none for now
	Chunk int // bytes at once: what the line carries in 50 ms at most
}

// What files may take of a line: half of what a voice leaves, and a trickle where it leaves nothing.
const (
	fileShare    = 0.5
	trickle      = 300      // bytes/s
	mostForFiles = 64 << 10 // bytes/s
	calmQueue    = 60 * time.Millisecond
	fileChunk    = 50 * time.Millisecond // of the line at once
	mostChunk    = 1000                  // bytes
)

// pace is how fast files go down p's line: not at all while something stands in its queue.
func (p *Participant) pace() Pace {
	line := p.line.Sender.Stats()
	if line.Queue > calmQueue {
		return Pace{}
	}
	return Pace{
		Rate:  int(min(max(fileShare*(line.Rate-p.subscription.limits().Rate)/8, trickle), mostForFiles)),
		Chunk: int(min(max(line.Rate*fileChunk.Seconds()/8, 64), mostChunk)),
	}
}

var errNoFile = errors.New("relay: not a request for a file that there is")

// files are what a page may fetch inside its session.
type files struct {
	page   map[string][]byte
	hashes func() []string // nil: the certificates are public
}

// fileStreams is what files need of a session; *transport.Session satisfies it.
type fileStreams interface {
	AcceptFile(context.Context) (transport.Stream, error)
}

// beside runs a session, and serves files to it until that returns. Only a session with control gets files: a page asks the one that welcomed it.
func (f files) beside(a *attachment, pace func() Pace, run func() error) error {
	if a.out == nil {
		return run()
	}
	var files sync.WaitGroup
	files.Go(func() { _ = f.serve(a.ctx, a.session, pace) }) // ends with a
	defer files.Wait()
	return run()
}

// serve answers the requests of a session, one stream after another, until the session or ctx ends: that is the error. It is nil at once for a
// session without streams.
func (f files) serve(ctx context.Context, session fileStreams, pace func() Pace) error {
	for {
		stream, err := session.AcceptFile(ctx)
		switch {
		case errors.Is(err, transport.ErrNoStreams):
			return nil
		case err != nil:
			return err
		}
		f.answer(ctx, stream, pace)
	}
}

// answer reads one request and sends what it asks for. A client learns by the aborted stream that it does not get all.
func (f files) answer(ctx context.Context, stream transport.Stream, pace func() Pace) {
	stop := context.AfterFunc(ctx, stream.Abort)
	defer stop()
	content, err := f.request(stream)
	if err == nil {
		err = send(ctx, stream, content, pace)
	}
	if err == nil {
		err = stream.Close()
	}
	if err != nil {
		stream.Abort()
	}
}

// request reads what a stream asks for and returns it.
func (f files) request(stream transport.Stream) ([]byte, error) {
	if err := stream.SetDeadline(time.Now().Add(fileRequestWait)); err != nil {
		return nil, err
	}
	m, err := transport.ReadMessage(bufio.NewReaderSize(stream, 64), maxFileRequest)
	if err != nil {
		return nil, err
	}
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

// send writes content at the pace that is asked for before each chunk.
func send(ctx context.Context, stream transport.Stream, content []byte, pace func() Pace) error {
	for len(content) > 0 {
		p := pace()
		n, wait := 0, filePause
		if p.Rate > 0 {
			n = min(max(p.Chunk, 1), len(content))
			wait = time.Duration(n) * time.Second / time.Duration(p.Rate)
		}
		if pause(ctx, wait); ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if n == 0 {
			continue
		}
		if err := stream.SetDeadline(time.Now().Add(fileChunkWait)); err != nil {
			return err
		}
		if _, err := stream.Write(content[:n]); err != nil {
			return err
		}
		content = content[n:]
	}
	return nil
}
