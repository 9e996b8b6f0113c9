package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// requests is Requests on NATS' request and reply. Nothing of it is kept.
type requests struct{ store *Store }

var _ Requests = requests{}

// Requests returns the way to ask others.
func (s *Store) Requests() Requests { return requests{s} }

func askSubject(subject string) string { return "ask." + tokenOf(subject) }

// Handle implements Requests.
func (r requests) Handle(ctx context.Context, subject string, ready func(), answer func(ctx context.Context, question []byte) []byte) error {
	if err := CheckSubject(subject); err != nil {
		return err
	}
	sub, err := r.store.conn.SubscribeSync(askSubject(subject))
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := r.store.conn.FlushTimeout(r.store.config.Timeout); err != nil {
		r.store.config.Logger.Warn("the state engine does not answer", "error", err) // it learns of us when it is back
	}
	if ready != nil {
		ready()
	}
	for {
		msg, err := sub.NextMsgWithContext(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, nats.ErrSlowConsumer):
			continue // some questions were lost: who asked waits in vain
		case err != nil:
			return unavailable(err)
		}
		if err := msg.Respond(answer(ctx, msg.Data)); err != nil {
			r.store.config.Logger.Warn("an answer could not be sent", "error", err)
		}
	}
}

// Ask implements Requests.
func (r requests) Ask(ctx context.Context, subject string, question []byte) ([]byte, error) {
	if err := CheckSubject(subject); err != nil {
		return nil, err
	}
	if len(question) > MaxValue {
		return nil, fmt.Errorf("%w, not %d", ErrValue, len(question))
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
	}
	msg, err := r.store.conn.RequestWithContext(ctx, askSubject(subject), question)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, ErrNobody
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, unavailable(err)
	}
	return msg.Data, nil
}
