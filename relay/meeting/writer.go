package meeting

import "fmt"

// Writer says that a relay took over writing the log. It raises the epoch: what the one before still writes is refused from here on.
type Writer struct {
	Relay string `json:"relay"`
	Epoch uint32 `json:"epoch"`
}

// Kind implements Body.
func (Writer) Kind() Kind { return KindWriter }

func (b Writer) check(e *Event) bool { return b.Epoch == e.Epoch }

func (b Writer) apply(s *State, _ *Event) { s.Epoch = max(s.Epoch, b.Epoch) }

func (a TakeOver) decide(s *State, _ *Command) ([]Event, error) {
	if len(a.Relay) > MaxSite {
		return nil, ErrCommand
	}
	if a.Epoch <= s.Epoch {
		return nil, fmt.Errorf("%w: epoch %d, now %d", ErrEpoch, a.Epoch, s.Epoch)
	}
	return []Event{{Body: Writer(a), Epoch: a.Epoch}}, nil
}

func init() { register[Writer]() }
