package minutes

import (
	"fmt"
	"strings"
	"time"
)

// Options say how minutes are written. The zero value is Vietnamese, in Vietnam's time.
type Options struct {
	English bool
	Zone    *time.Location         // of all times; nil: UTC+7
	Unit    func(id string) string // the name of a unit of the directory, "" if there is none; nil: units are not named
}

// vietnam has had no other time since 1975.
var vietnam = time.FixedZone("+07", 7*60*60)

// say chooses between the languages.
func (o Options) say(vi, en string) string {
	if o.English {
		return en
	}
	return vi
}

func (o Options) sayf(vi, en string, args ...any) string { return fmt.Sprintf(o.say(vi, en), args...) }

func (o Options) unit(id string) string {
	if o.Unit == nil || id == "" {
		return ""
	}
	return o.Unit(id)
}

func (o Options) at(ms int64) time.Time {
	zone := o.Zone
	if zone == nil {
		zone = vietnam
	}
	return time.UnixMilli(ms).In(zone)
}

// clock is a time of day, "08:05"; "" for none.
func (o Options) clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return o.at(ms).Format("15:04")
}

// stamp is a time to the second, as spreadsheets read it.
func (o Options) stamp(ms int64) string {
	if ms == 0 {
		return ""
	}
	return o.at(ms).Format("2006-01-02 15:04:05")
}

// date is a day as offices write it.
func (o Options) date(ms int64) string {
	t := o.at(ms)
	if o.English {
		return t.Format("2 January 2006")
	}
	month := fmt.Sprint(int(t.Month()))
	if t.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", t.Day(), month, t.Year())
}

// moment is a time with its day, as offices write it.
func (o Options) moment(ms int64) string {
	t := o.at(ms)
	if o.English {
		return t.Format("15:04") + ", " + o.date(ms)
	}
	return fmt.Sprintf("%02d giờ %02d phút, %s", t.Hour(), t.Minute(), o.date(ms))
}

// span is a while as times of day.
func (o Options) span(s Span) string {
	if s.To == 0 {
		return o.clock(s.From) + "–"
	}
	return o.clock(s.From) + "–" + o.clock(s.To)
}

// spans are whiles, those that follow each other within a minute as one.
func (o Options) spans(all []Span) string {
	joined := joinSpans(all)
	out := make([]string, len(joined))
	for i, s := range joined {
		out[i] = o.span(s)
	}
	return strings.Join(out, ", ")
}

// brief is the longest gap, in ms, that a reader of minutes does not want to know of.
const brief = 60_000

// joinSpans makes one of spans between which there is less than a minute.
func joinSpans(all []Span) []Span {
	var out []Span
	for _, s := range all {
		if n := len(out); n > 0 && out[n-1].To > 0 && s.From-out[n-1].To < brief {
			out[n-1].To = s.To
			continue
		}
		out = append(out, s)
	}
	return out
}

// length is a duration in words.
func (o Options) length(ms int64) string {
	s := (ms + 500) / 1000
	switch {
	case s < 60:
		return o.sayf("%d giây", "%d s", s)
	case s < 3600:
		return o.sayf("%d phút %02d giây", "%d min %02d s", s/60, s%60)
	}
	return o.sayf("%d giờ %02d phút", "%d h %02d min", s/3600, s%3600/60)
}

// minutes is a duration in whole minutes, rounded.
func wholeMinutes(ms int64) int64 { return (ms + 30_000) / 60_000 }

// day turns YYYY-MM-DD into a day as people write it.
func (o Options) day(due string) string {
	t, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return clean(due)
	}
	return o.say(t.Format("02/01/2006"), t.Format("2 January 2006"))
}

// role names an office.
func (o Options) role(role string) string {
	names := map[string][2]string{
		"chair": {"chủ tọa", "chair"}, "deputy": {"phó chủ tọa", "deputy chair"}, "secretary": {"thư ký", "secretary"},
		"technician": {"kỹ thuật", "technician"}, "guest": {"khách mời", "guest"}, "observer": {"dự thính", "observer"},
	}
	name, ok := names[role]
	if !ok {
		return o.say("người dự", "participant")
	}
	return o.say(name[0], name[1])
}

// choice names an answer to a poll.
func (o Options) choice(choice string) string {
	switch choice {
	case "for":
		return o.say("tán thành", "for")
	case "against":
		return o.say("không tán thành", "against")
	}
	return o.say("ý kiến khác", "other")
}

// script names what a rule of the script did.
func (o Options) script(do string) string {
	switch do {
	case "next-return":
		return o.say("chuyển điểm cầu kế tiếp, gọi lại sau", "went on to the next site, to call this one later")
	case "wait":
		return o.say("chờ nối lại", "waited for it")
	case "voice-only":
		return o.say("chỉ dùng tiếng", "went on with the voice alone")
	case "warn":
		return o.say("nhắc chủ tọa", "told the chair")
	}
	return clean(do)
}
