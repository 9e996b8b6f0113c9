package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// answering is the answer to a recall that is under way on a session; a further recall takes its place.
type answering struct {
	mu   sync.Mutex
	stop context.CancelFunc // nil: there was none
}

// begin ends the answer before.
func (a *answering) begin(ctx context.Context) context.Context {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stop != nil {
		a.stop()
	}
	ctx, a.stop = context.WithCancel(ctx)
	return ctx
}

// recall answers a relay that asks for voice which was kept, beside all else. It is for the goroutine that reads the session's control messages.
func (p *attachment) recall(m transport.Message) {
	var asked transport.Recall
	kept := p.link.client.config.Kept
	if kept == nil || m.Decode(&asked) != nil {
		return // nobody answers: the relay's patience ends
	}
	ctx := p.answering.begin(context.Background()) // ends with the stream: that with the session
	p.link.client.dials.Go(func() {
		if err := p.answer(ctx, asked, kept); err != nil && !errors.Is(err, context.Canceled) {
			p.link.client.config.logger().Info("the relay did not get all the voice that it asked for", "cause", err)
		}
	})
}

// answer sends the frames that a relay asks for, beside the voice.
func (p *attachment) answer(ctx context.Context, asked transport.Recall, kept func(publication, from, to uint32) []*transport.Packet) error {
	stream, over, err := p.session.OpenStream(ctx)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, stream.Abort)()
	b, err := appendAnswer(nil, asked, kept(asked.Publication, asked.From, asked.To))
	if err != nil {
		stream.Abort()
		return err
	}
	var climb transport.Climb
	pace := func() transport.Pace {
		received, _, _ := p.session.Window()
		return climb.Pace(p.link.line.Sender.Stats(), received, time.Now())
	}
	if err := transport.SendBulk(over, stream, b, pace); err != nil {
		stream.Abort()
		return err
	}
	return stream.Close()
}

// appendAnswer appends what answers a recall: as many of the frames as one answer may have.
func appendAnswer(b []byte, asked transport.Recall, packets []*transport.Packet) ([]byte, error) {
	frames, taken := transport.AppendKept(nil, asked.Publication, packets, transport.MaxKept)
	head := transport.Recalled{Type: transport.TypeRecalled, ID: asked.ID, Publication: asked.Publication, From: asked.From, To: asked.To}
	if taken < len(packets) {
		head.To = packets[taken].Timestamp
	}
	b, err := transport.AppendMessage(b, head)
	return append(b, frames...), err
}
