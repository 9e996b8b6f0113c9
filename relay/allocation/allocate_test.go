package allocation

import (
	"testing"

	"github.com/diemcau/diemcau/codec"
)

// ofLine is what a line inside QUIC adds, with a little repair.
var ofLine = Cost{Header: 22 + 55, Piece: 1000, Parity: .05}

func camera(publication uint32, rank int) Source {
	return Source{Publication: publication, Rank: rank, Offers: Offers(Spec{Height: 720, FPS: 30, Temporal: 3}, ofLine)}
}

func screen(publication uint32, rank int) Source {
	return Source{Publication: publication, Screen: true, Rank: rank, Offers: Offers(Spec{Screen: true, Height: 1080, Temporal: 2}, ofLine)}
}

// hall is what a site watches: the floor and five others.
func hall() []Source {
	return []Source{camera(1, 0), camera(2, 1), camera(3, 2), camera(4, 3), camera(5, 4), camera(6, 5)}
}

func TestPrint(t *testing.T) {
	for _, room := range []float64{3, 5, 7, 9, 12, 15, 25, 40, 60, 100, 150, 190, 250, 330, 400, 600, 900, 1200, 1900, 3000, 5000} {
		t.Log(room, Allocate(room*1e3, hall()[:1]), Allocate(room*1e3, hall()), Publish(room*1e3, Allocate(room*1e3, hall()[:1]), Sender{Camera: hall()[0].Offers}))
	}
	_ = codec.LayerTiny
}
