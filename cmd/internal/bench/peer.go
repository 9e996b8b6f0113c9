package bench

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/codec"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/beside"
)

// peer is a participant that speaks or listens and costs little, so that the relay is what is measured.
type peer struct {
	session     *transport.Session
	line        *transport.Line
	publication uint32
	epoch       time.Time
	heard       atomic.Uint64
	delays      []time.Duration // of the packets heard; its reader's until it ended
	beside      aside
}

// aside is a peer's way beside QUIC.
type aside struct {
	port    *beside.Port
	channel *beside.Channel // nil: it has none
}

func dialPeer(ctx context.Context, url, code, name string, epoch time.Time, inside bool) (*peer, error) {
	// The relay runs on loopback and was started by this process: there is nobody to be mistaken for.
	session, err := transport.Dial(ctx, url, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	hello := transport.Hello{Type: transport.TypeHello, Protocol: transport.Protocol, Meeting: code, Name: name}
	if err := session.WriteControl(hello); err != nil {
		return nil, err
	}
	m, err := session.ReadTold()
	if err != nil {
		return nil, err
	}
	var welcome transport.Welcome
	if m.Type != transport.TypeWelcome || m.Decode(&welcome) != nil {
		return nil, fmt.Errorf("bench: the relay answered %s", m.JSON)
	}
	p := &peer{session: session, publication: welcome.Publication, epoch: epoch}
	if inside {
		p.line = transport.NewLine(session, time.Now())
		return p, nil
	}
	if err := p.goBeside(); err != nil {
		return nil, err
	}
	p.line = transport.NewLine(p.beside.channel, time.Now())
	return p, nil
}

// goBeside asks the relay for a channel, which the peer's line then takes.
func (p *peer) goBeside() error {
	if err := p.session.WriteControl(transport.Beside{Type: transport.TypeBeside}); err != nil {
		return err
	}
	for {
		m, err := p.session.ReadTold()
		if err != nil {
			return err
		}
		if m.Type != transport.TypeBeside {
			continue
		}
		var said transport.Beside
		if err := m.Decode(&said); err != nil {
			return err
		}
		p.beside.port = beside.NewPort(p.session.Under())
		p.beside.channel, err = p.beside.port.Join(said.Channel, p.session.ExportKeys, p.session.RemoteAddr())
		return err
	}
}

// run reads, reports and, if it speaks, sends a packet of size bytes every 20 ms, until ctx ends. phase shifts its ticks.
func (p *peer) run(ctx context.Context, speaks bool, size int, phase time.Duration) error {
	group, ctx := errgroup.WithContext(ctx)
	stop := context.AfterFunc(ctx, func() { _ = p.session.Close("") })
	defer stop()
	group.Go(func() error { return p.drain() })
	group.Go(func() error { return p.read(ctx) })
	group.Go(func() error { return p.line.Ticks(ctx, transport.TickSeldom) })
	if p.beside.channel != nil {
		group.Go(func() error { return p.beside.port.Run(ctx) })
	}
	if speaks {
		group.Go(func() error { return p.speak(ctx, size, phase) })
	}
	err := group.Wait()
	if context.Cause(ctx) != nil && ctx.Err() != nil {
		return nil
	}
	return err
}

func (p *peer) drain() error {
	for {
		if _, err := p.session.ReadTold(); err != nil {
			return err
		}
	}
}

func (p *peer) read(ctx context.Context) error {
	for {
		packets, err := p.line.Receive(ctx)
		if err != nil {
			return err
		}
		now := time.Since(p.epoch)
		for _, pkt := range packets {
			p.heard.Add(1)
			if len(pkt.Payload) >= 9 {
				p.delays = append(p.delays, now-time.Duration(binary.BigEndian.Uint64(pkt.Payload[1:])))
			}
		}
	}
}

// speak sends frames whose payload says when they left.
func (p *peer) speak(ctx context.Context, size int, phase time.Duration) error {
	timer := time.NewTimer(phase)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for i := uint32(0); ; i++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		payload := make([]byte, size)
		payload[0] = 0x48 // a TOC byte: one SILK frame of 20 ms
		binary.BigEndian.PutUint64(payload[1:], uint64(time.Since(p.epoch)))
		pkt := transport.NewVoice(p.publication, codec.LayerHi, i, i*codec.TimeGrid, codec.MakeLevel(true, -20), payload)
		if err := p.line.Send([]*transport.Packet{pkt}, time.Now()); err != nil {
			return err
		}
	}
}
