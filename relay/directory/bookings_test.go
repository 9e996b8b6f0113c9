package directory

import (
	"reflect"
	"testing"

	"github.com/diemcau/diemcau/relay/meeting"
)

func TestConflicts(t *testing.T) {
	const hour = 3_600_000
	at := func(starts int64, minutes int, sites ...string) Booking {
		plan := meeting.Plan{Starts: starts, Minutes: minutes}
		for i, site := range sites {
			plan.Invited = append(plan.Invited, meeting.Invited{N: i + 1, Site: site})
		}
		return Booking{Plan: plan}
	}
	ownRoom := at(20*hour, 60, "s3")
	ownRoom.Plan.Invited[0].Room = "r1"
	elsewhere := at(20*hour, 60, "s1")
	elsewhere.Plan.Invited[0].Room = "gone"
	for name, c := range map[string]struct {
		bookings []Booking
		want     []Conflict
	}{
		"one meeting, two sites in a room": {[]Booking{at(hour, 60, "s1", "s2")}, nil},
		"overlap, one room by two sites":   {[]Booking{at(2*hour, 60, "s2", "s3"), at(hour, 90, "s1")}, []Conflict{{"r1", 1, 0}}},
		"one after the other":              {[]Booking{at(hour, 60, "s1"), at(2*hour, 60, "s2")}, nil},
		"a minute too long":                {[]Booking{at(hour, 61, "s1"), at(2*hour, 60, "s2")}, []Conflict{{"r1", 0, 1}}},
		"nobody said how long":             {[]Booking{at(hour, 0, "s1"), at(hour+59*60_000, 5, "s2"), at(2*hour, 5, "s2")}, []Conflict{{"r1", 0, 1}, {"r1", 1, 2}}},
		"no time":                          {[]Booking{at(0, 60, "s1"), at(0, 60, "s1")}, nil},
		"other rooms":                      {[]Booking{at(hour, 60, "s1"), at(hour, 60, "s3")}, nil},
		"both rooms":                       {[]Booking{at(hour, 60, "s1", "s3"), at(hour, 60, "s3", "s2")}, []Conflict{{"r1", 0, 1}, {"r2", 0, 1}}},
		"three at once":                    {[]Booking{at(hour, 60, "s1"), at(hour, 60, "s1"), at(hour, 60, "s1")}, []Conflict{{"r1", 0, 1}, {"r1", 0, 2}, {"r1", 1, 2}}},
		"a room of the plan's own":         {[]Booking{ownRoom, elsewhere}, []Conflict{{"r1", 0, 1}}},
		"sites that are gone":              {[]Booking{at(hour, 60, "x"), at(hour, 60, "x")}, nil},
	} {
		if got := Conflicts(namGiangBook, c.bookings); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
