package relay

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/diemcau/diemcau/transport"
)

// Errors of Server.Recall.
var (
	ErrNotPublished = errors.New("relay: nobody in this meeting has that publication")
	ErrRecalling    = errors.New("relay: the site is being asked for something else; ask again when it has answered")
	ErrRecallAnswer = errors.New("relay: the site's answer is not what was asked for")
)

const (
	recallAgain   = time.Second      // from a session that was lost, or a stream that broke, to the next question
	recallSilence = 20 * time.Second // within an answer: then it is asked for again
)

// errRecallLost: asking again makes sense.
var errRecallLost = errors.New("relay: the answer was cut short")

// recalls are the questions that are under way: one a seat.
type recalls struct {
	mu sync.Mutex // guards all below and recall.on
	id uint64     // of the last question
	of map[place]*recall
}

// place is a participant of a meeting.
type place struct{ code, participant string }

// recall is a question on its way through as many sessions as it takes.
type recall struct {
	asked   transport.Recall // what is still to come
	on      *attachment      // where its answer has to come; nil: none is awaited
	answers chan recalledStream
	packets []*transport.Packet // that came
	left    int                 // bytes that may still come
}

// recalledStream is an answer that begins.
type recalledStream struct {
	transport.Stream
	rest *bufio.Reader
	head transport.Recalled
}

func newRecalls() *recalls { return &recalls{of: map[place]*recall{}} }

// Recall asks the site that publishes publication in a meeting for the frames that it has kept, those with capture times in [from, to) at 48 kHz, wrap-aware: less than 2³¹ of them. It
// takes as long as the line needs beside the voice, and goes on after a lost session, until ctx ends. Frames come in the order of their capture; the caller owns them. With an error it returns the
// frames that came before: a later call may ask from the last one on. Errors wrap ErrNotPublished, ErrRecalling, ErrRecallAnswer, transport.ErrKeptTooLong for more than transport.MaxKept bytes or MaxKeptFrames,
// transport.ErrNoStreams for a site that is behind a WebSocket, or the cause of ctx.
func (s *Server) Recall(ctx context.Context, code string, publication, from, to uint32) ([]*transport.Packet, error) {
	room := s.room(code)
	if room == nil {
		return nil, ErrNotPublished
	}
	p := room.publisher(publication)
	if p == nil || int32(to-from) < 0 {
		return nil, ErrNotPublished
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.life.ctx, func() { cancel(errStopped) })()
	at, calls := place{code, p.id}, s.files.calls
	q := &recall{
		asked:   transport.Recall{Type: transport.TypeRecall, Publication: publication, From: from, To: to},
		answers: make(chan recalledStream, 1), left: transport.MaxKept,
	}
	if !calls.begin(at, q) {
		return nil, ErrRecalling
	}
	defer calls.end(at)
	for q.asked.From != q.asked.To {
		err := errRecallLost
		if p := room.publisher(publication); p != nil { // else it comes back, or ctx ends
			err = q.ask(ctx, calls, p)
		}
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil:
			return q.packets, fmt.Errorf("relay: recall: %w", context.Cause(ctx))
		case !errors.Is(err, errRecallLost):
			return q.packets, err
		}
		pause(ctx, recallAgain)
	}
	return q.packets, nil
}

// publisher returns who publishes publication here, or did: a site has what was said by people who have left since. nil: nobody.
func (r *Room) publisher(publication uint32) *Participant {
	for _, p := range r.all() {
		if p.subscription.own.has(publication) {
			return p
		}
	}
	return nil
}

// ask asks p once and takes what it answers. The error is errRecallLost if asking again makes sense.
func (q *recall) ask(ctx context.Context, calls *recalls, p *Participant) error {
	a := p.control.Load()
	if a == nil {
		return errRecallLost
	}
	if a.session.Kind == transport.WebSocket {
		return fmt.Errorf("relay: recall: %w", transport.ErrNoStreams)
	}
	calls.expect(q, a)
	defer calls.forget(q)
	b, err := transport.AppendMessage(nil, q.asked)
	if err != nil {
		return err
	}
	if !a.out.put(message{bytes: b}) {
		return errRecallLost
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-a.ctx.Done():
		return errRecallLost
	case answer := <-q.answers:
		defer answer.Abort() // nothing of it is wanted any more
		defer context.AfterFunc(ctx, answer.Abort)()
		defer context.AfterFunc(a.ctx, answer.Abort)()
		return q.read(answer)
	}
}

// read takes an answer, and moves the beginning of the question behind what came.
func (q *recall) read(answer recalledStream) error {
	if !answer.head.Answers(q.asked) {
		return ErrRecallAnswer
	}
	r := transport.NewKeptReader(answer.rest, q.left)
	err := q.frames(r, answer)
	q.left = r.Left()
	switch {
	case err == nil:
		q.asked.From = answer.head.To
		return nil
	case errors.Is(err, transport.ErrKept):
		return fmt.Errorf("%w: %w", ErrRecallAnswer, err)
	case errors.Is(err, ErrRecallAnswer), errors.Is(err, transport.ErrKeptTooLong):
		return err
	}
	return errRecallLost
}

// frames takes the frames of an answer.
func (q *recall) frames(r *transport.KeptReader, answer recalledStream) error {
	if err := answer.patience(); err != nil {
		return err
	}
	publication, count, err := r.Head()
	switch {
	case err != nil:
		return err
	case publication != q.asked.Publication, count == 0 && answer.head.To != q.asked.To: // that would go on for ever
		return ErrRecallAnswer
	case len(q.packets)+count > transport.MaxKeptFrames:
		return transport.ErrKeptTooLong
	}
	for {
		if err := answer.patience(); err != nil {
			return err
		}
		p, err := r.Next()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		case p.Timestamp-q.asked.From >= answer.head.To-q.asked.From:
			return ErrRecallAnswer
		}
		q.packets = append(q.packets, p)
		q.asked.From = p.Timestamp + 1
	}
}

// patience bounds the wait for what comes next.
func (s recalledStream) patience() error { return s.SetDeadline(time.Now().Add(recallSilence)) }

// begin claims a seat for a question; false if there is one already.
func (c *recalls) begin(at place, q *recall) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[at] != nil {
		return false
	}
	c.of[at] = q
	return true
}

func (c *recalls) end(at place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, at)
}

// expect gives a question a new number and waits for its answer on a.
func (c *recalls) expect(q *recall, a *attachment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id++
	q.asked.ID, q.on = c.id, a
}

// forget waits for no answer any more. One that just came is aborted.
func (c *recalls) forget(q *recall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q.on = nil
	select {
	case late := <-q.answers:
		late.Abort()
	default:
	}
}

// taker takes streams that answer a question which was asked on a.
func (c *recalls) taker(a *attachment) taker {
	return func(stream transport.Stream, rest *bufio.Reader, first transport.Message) bool {
		var head transport.Recalled
		if c == nil || first.Decode(&head) != nil {
			return false
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, q := range c.of {
			if q.on == a && q.asked.ID == head.ID {
				q.on = nil // one answer
				q.answers <- recalledStream{stream, rest, head}
				return true
			}
		}
		return false
	}
}
