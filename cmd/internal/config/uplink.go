package config

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/diemcau/diemcau/transport"
)

// Uplink is a way to the internet.
type Uplink struct {
	Name       string // of an interface, or an address of this computer
	Cost       int    // the voice goes where it is best, all else where this is least
	Limit      uint64 // bytes a month, both ways; 0: none
	LastResort bool   // used beyond the limit while no other works
}

// Uplinks are the uplinks that were given, none for the system's own way.
func (s *Site) Uplinks() ([]Uplink, error) {
	if len(s.Uplink) > transport.MaxUplinks {
		return nil, problem("uplink", "there are %d uplinks, at most %d can be used: leave some out", len(s.Uplink), transport.MaxUplinks)
	}
	var all []Uplink
	named := map[string]bool{}
	for i, text := range s.Uplink {
		u, err := parseUplink(text, i)
		if err != nil {
			return nil, err
		}
		if named[u.Name] {
			return nil, problem("uplink", "%q is named twice: name each interface once", u.Name)
		}
		named[u.Name] = true
		all = append(all, u)
	}
	return all, nil
}

// parseUplink reads NAME[,cost=N][,limit=SIZE][,last-resort]. Where no cost is given the uplinks without a limit are the cheaper ones, in their order.
func parseUplink(text string, place int) (u Uplink, err error) {
	name, rest, _ := strings.Cut(text, ",")
	u = Uplink{Name: strings.TrimSpace(name), Cost: -1}
	if u.Name == "" || strings.ContainsFunc(u.Name, unicode.IsSpace) {
		return u, problem("uplink", "%q names no interface: write one like eth0 or wwan0, or an address of this computer", text)
	}
	for rest != "" {
		var option string
		option, rest, _ = strings.Cut(rest, ",")
		key, value, _ := strings.Cut(strings.TrimSpace(option), "=")
		switch key {
		case "cost":
			u.Cost, err = strconv.Atoi(value)
			if err != nil || u.Cost < 0 || u.Cost > math.MaxInt16 {
				return u, problem("uplink", "%q is no cost: write a number from 0, as in %s,cost=2", value, u.Name)
			}
		case "limit":
			if u.Limit = parseSize(value); u.Limit == 0 {
				return u, problem("uplink", "%q is no volume: write a number with MB or GB, as in %s,limit=5GB", value, u.Name)
			}
		case "last-resort":
			u.LastResort = true
		default:
			return u, problem("uplink", "%q is not known: write %s,limit=5GB,cost=2,last-resort or less", option, u.Name)
		}
	}
	if u.Cost < 0 {
		u.Cost = place
		if u.Limit > 0 {
			u.Cost += transport.MaxUplinks
		}
	}
	return u, nil
}

// parseSize reads a number of MB or GB, which are millions and milliards of bytes as in contracts; 0 if it is none.
func parseSize(text string) uint64 {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	unit := 1e6
	number, ok := strings.CutSuffix(text, "MB")
	if !ok {
		unit = 1e9
		if number, ok = strings.CutSuffix(text, "GB"); !ok {
			return 0
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n > 0 && n <= 1e6) { // NaN is neither
		return 0
	}
	return uint64(n * unit)
}
