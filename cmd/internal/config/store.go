package config

import (
	"net/url"
	"strings"
)

// Store are the keys of an outside store.
type Store struct {
	NATS      string `name:"nats" env:"DIEMCAU_NATS" placeholder:"nats://HOST:4222" help:"Keep the state in this NATS cluster with JetStream, which several servers may share, instead of the data folder. Several addresses are separated by commas."`
	NATSCreds string `name:"nats-creds" env:"DIEMCAU_NATS_CREDS" placeholder:"FILE" help:"With --nats: the file with the user's credentials there."`
}

func (s *Store) check() error {
	if s.NATS == "" {
		if s.NATSCreds != "" {
			return problem("nats-creds", "these are the credentials for --nats: add it, or leave them out")
		}
		return nil
	}
	for address := range strings.SplitSeq(s.NATS, ",") {
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || u.Scheme != "nats" && u.Scheme != "tls" || !isHost(u.Hostname()) || u.Path != "" {
			return problem("nats", "%q is no address of a NATS server: write nats://HOST:4222 or tls://HOST:4222", address)
		}
	}
	return nil
}
