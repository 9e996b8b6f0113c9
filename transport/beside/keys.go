package beside

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

const (
	keyLabel  = "EXPORTER-diemcau-beside"
	keySize   = 16
	saltSize  = 12
	perKey    = 1 << 16 // packets under one key: their sequence never wraps
	window    = 2048    // packets of one key within which each is taken once
	maxEpochs = 1 << 32 // of a channel
)

// ErrWorn says that a channel has used up its keys, after 2^48 packets.
var ErrWorn = errors.New("beside: the channel has used up its keys")

var (
	errEpoch  = errors.New("beside: no such key")
	errReplay = errors.New("beside: a packet that came before, or too late to know")
	errTag    = errors.New("beside: not authentic")
)

// Export derives keys from the TLS secrets of the QUIC connection, as transport.Session.ExportKeys does.
type Export func(label string, context []byte, length int) ([]byte, error)

// direction of a packet: keys are for one.
type direction byte

const (
	up   direction = 0 // from the client to the relay
	down direction = 1
)

// keys makes the keys of one direction of a channel.
type keys struct {
	export    Export
	number    uint64 // of the channel
	direction direction
}

// context makes the SRTP context of an epoch.
func (k keys) context(epoch uint64) (*srtp.Context, error) {
	if epoch >= maxEpochs {
		return nil, ErrWorn
	}
	b, err := k.export(keyLabel, k.info(epoch), keySize+saltSize)
	if err != nil {
		return nil, fmt.Errorf("beside: keys: %w", err)
	}
	return srtp.CreateContext(b[:keySize], b[keySize:], srtp.ProtectionProfileAeadAes128Gcm, srtp.SRTPReplayProtection(window))
}

// info is the exporter's context: no two keys of a connection have the same.
func (k keys) info(epoch uint64) []byte {
	b := append(make([]byte, 0, 13), byte(k.direction))
	b = binary.BigEndian.AppendUint64(b, k.number)
	return binary.BigEndian.AppendUint32(b, uint32(epoch))
}

// sealer protects what one side sends. It is for one goroutine at a time.
type sealer struct {
	keys
	next    uint64 // packet number: epoch and sequence
	context *srtp.Context
	rtp     rtp.Header
	buffer  *packet // to be set while seal is used: one for all channels stays in the processor's cache
}

// packet has room for one that is sealed.
type packet [rtpHeader + maxPayload]byte

var packets = sync.Pool{New: func() any { return new(packet) }}

// seal returns the packet that carries payload; it is valid until the next call. payload is at most transport.MaxDatagram bytes.
func (s *sealer) seal(k kind, payload []byte) ([]byte, error) {
	epoch, sequence := s.next/perKey, uint16(s.next%perKey)
	if s.context == nil || sequence == 0 {
		context, err := s.keys.context(epoch)
		if err != nil {
			return nil, err
		}
		s.context = context
	}
	if s.buffer == nil {
		s.buffer = new(packet)
	}
	h := header{kind: k, epoch: uint8(epoch & epochMask), id: uint32(s.number & maxID), sequence: sequence}
	h.putRTP(s.buffer[:])
	plain := append(s.buffer[:rtpHeader], payload...)
	b, err := s.context.EncryptRTP(s.buffer[:0], plain, &s.rtp)
	if err != nil {
		return nil, fmt.Errorf("beside: %w", err)
	}
	s.next++
	b = b[rtpHeader-headerSize:]
	h.put(b)
	return b, nil
}

// opener takes what the other side sealed. It keeps the keys of the newest packet's epoch, of the one before and of the one after: a packet costs at most one
// decryption, and nobody can make it derive keys again and again.
type opener struct {
	keys
	epoch   uint64           // of the newest authentic packet
	around  [3]*srtp.Context // of the epochs before it, its own, and after it; nil: not needed yet
	highest uint64           // number of the newest authentic packet, plus one
	rtp     rtp.Header
}

// open decrypts a packet in place; b begins rtpHeader-headerSize bytes before it. newest says that no later one was seen.
// The payload lies in b.
func (o *opener) open(b []byte, h header) (payload []byte, newest bool, err error) {
	place := 1
	switch (h.epoch - uint8(o.epoch&epochMask)) & epochMask {
	case 0:
	case 1:
		place = 2
	case 3:
		place = 0
	default:
		return nil, false, errEpoch
	}
	if o.epoch == 0 && place == 0 {
		return nil, false, errEpoch
	}
	epoch := o.epoch + uint64(place) - 1
	if o.around[place] == nil {
		if o.around[place], err = o.keys.context(epoch); err != nil {
			return nil, false, err
		}
	}
	h.putRTP(b)
	plain, err := o.around[place].DecryptRTP(b, b, &o.rtp)
	switch {
	case errors.Is(err, srtp.ErrFailedToVerifyAuthTag):
		return nil, false, errTag
	case err != nil:
		return nil, false, errReplay
	}
	if place == 2 {
		o.epoch, o.around = epoch, [3]*srtp.Context{o.around[1], o.around[2], nil}
	}
	number := epoch*perKey + uint64(h.sequence) + 1
	if newest = number > o.highest; newest {
		o.highest = number
	}
	return plain[rtpHeader:], newest, nil
}
