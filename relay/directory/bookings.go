package directory

import (
	"cmp"
	"slices"

	"github.com/diemcau/diemcau/relay/meeting"
)

// Booking is a meeting that uses rooms: those of the sites that its plan invites.
type Booking struct {
	Code, Title string
	Plan        meeting.Plan
}

// Conflict says that two meetings use a room at one time.
type Conflict struct {
	Room string // an id
	A, B int    // which of the bookings, A begins first
}

// unsaid is how long a meeting takes of which nobody said it, in minutes.
const unsaid = 60

// stay is a booking's time in one room, from and until in Unix ms.
type stay struct {
	booking     int
	from, until int64
}

// Conflicts returns which bookings meet in a room, by room and time. Meetings without a fixed time meet nobody; one that ends when another
// begins does not meet it.
func Conflicts(book Book, bookings []Booking) []Conflict {
	rooms := map[string]string{}
	for _, room := range book.Rooms {
		rooms[room.ID] = room.ID
	}
	ofSite := map[string]string{}
	for _, site := range book.Sites {
		ofSite[site.ID] = rooms[site.Room]
	}
	stays := map[string][]stay{}
	for i, booking := range bookings {
		if booking.Plan.Starts == 0 {
			continue
		}
		until := booking.Plan.Starts + int64(cmp.Or(booking.Plan.Minutes, unsaid))*60_000
		for _, invited := range booking.Plan.Invited {
			room := cmp.Or(rooms[invited.Room], ofSite[invited.Site])
			in := stays[room]
			if room != "" && (len(in) == 0 || in[len(in)-1].booking != i) {
				stays[room] = append(in, stay{i, booking.Plan.Starts, until})
			}
		}
	}
	var out []Conflict
	for room, in := range stays {
		slices.SortStableFunc(in, func(a, b stay) int { return cmp.Compare(a.from, b.from) })
		for i, first := range in {
			for _, second := range in[i+1:] {
				if second.from >= first.until {
					break
				}
				out = append(out, Conflict{room, first.booking, second.booking})
			}
		}
	}
	slices.SortFunc(out, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Room, b.Room), cmp.Compare(bookings[a.A].Plan.Starts, bookings[b.A].Plan.Starts), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out
}
