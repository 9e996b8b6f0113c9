package cluster

import (
	"strings"

	"github.com/diemcau/diemcau/relay/store"
)

// The logs in a store, by the beginnings of their subjects.
const (
	Meetings = "meeting/"
	Sites    = "site/"
)

// Under is the log of the subjects of another one that begin with a prefix; its own subjects are without it.
type Under struct {
	Log    store.Log
	Prefix string
}

// Append implements store.Log.
func (u Under) Append(subject string, after uint64, events ...[]byte) error {
	return u.Log.Append(u.Prefix+subject, after, events...)
}

// Read implements store.Log.
func (u Under) Read(subject string, after uint64, each func(event []byte) error) error {
	return u.Log.Read(u.Prefix+subject, after, each)
}

// Subjects implements store.Log.
func (u Under) Subjects() ([]string, error) {
	all, err := u.Log.Subjects()
	var own []string
	for _, s := range all {
		if rest, ok := strings.CutPrefix(s, u.Prefix); ok {
			own = append(own, rest)
		}
	}
	return own, err
}

// Remove implements store.Log.
func (u Under) Remove(subject string) error { return u.Log.Remove(u.Prefix + subject) }
