package web

import (
	"strconv"
	"strings"
)

// hasTag says whether the values of If-None-Match (RFC 9110 section 13.1.2) name an entity tag.
func hasTag(values []string, etag string) bool {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == etag || item == "*" {
			return true
		}
	}
	return false
}

// accepts says whether the values of Accept-Encoding (RFC 9110 section 12.5.3) allow an encoding: it is named, or all are by "*", and
// its weight is not zero. A header that does not mention it does not allow it.
func accepts(values []string, encoding string) bool {
	any := false
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, params, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case encoding:
			return weight(params) > 0
		case "*":
			any = weight(params) > 0
		}
	}
	return any
}

// weight reads "q=0.5"; what it cannot read weighs 1 if empty and 0 otherwise.
func weight(params string) float64 {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1
	}
	value, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if !ok || err != nil {
		return 0
	}
	return q
}
