package minutes

// Minutes is what a meeting's log says of it. All times are Unix ms, 0 for what has not happened; all lists are in the order of
// the log, those of sites in the order of the invitation. A Minutes is its owner's: the Fold that made it does not change it.
type Minutes struct {
	Head
	Terms       []Term       `json:"terms,omitempty"`
	Agenda      []Item       `json:"agenda,omitempty"`
	Speeches    []Speech     `json:"speeches,omitempty"`
	Sites       []Site       `json:"sites,omitempty"`  // the invited ones
	Others      []Site       `json:"others,omitempty"` // who came without being an invited site or an officer
	Polls       []Poll       `json:"polls,omitempty"`
	Conclusions []Conclusion `json:"conclusions,omitempty"`
	Notices     []Notice     `json:"notices,omitempty"`
	Notes       []Note       `json:"notes,omitempty"`
	Incidents   []Incident   `json:"incidents,omitempty"`
	Shown       []Showing    `json:"shown,omitempty"`
	Rings       []Ring       `json:"rings,omitempty"`
	Edited      string       `json:"edited,omitempty"` // the secretary's text in place of the one made from the log
	Final       Final        `json:"final,omitzero"`
}

// Head is what stands at the top.
type Head struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Body   string `json:"body,omitempty"`   // whose meeting it is
	Place  string `json:"place,omitempty"`  // where its chair sits
	Starts int64  `json:"starts,omitempty"` // as planned
	Began  int64  `json:"began"`            // when the room was made
	Opened int64  `json:"opened,omitempty"`
	Closed int64  `json:"closed,omitempty"`
	Last   int64  `json:"last"` // of the last event
}

// Span is a while. To is 0 while it lasts.
type Span struct {
	From int64 `json:"from"`
	To   int64 `json:"to,omitempty"`
}

// Term is a while in which somebody had an office: chair, deputy, secretary or technician.
type Term struct {
	Role string `json:"role"`
	Name string `json:"name"`
	Span
}

// Item is an entry of the agenda and when it was on.
type Item struct {
	ID      int    `json:"id"`
	Title   string `json:"title"`
	By      string `json:"by,omitempty"`      // the site that reports; empty: the chair
	Minutes int    `json:"minutes,omitempty"` // planned
	Spans   []Span `json:"spans,omitempty"`
}

// Speech is what somebody said who was called. One that a lost line broke off and that went on later is one speech of several spans.
type Speech struct {
	Name    string `json:"name"`
	Invited int    `json:"invited,omitempty"` // the site's number in the plan
	Unit    string `json:"unit,omitempty"`    // directory id
	Item    int    `json:"item,omitempty"`
	Spans   []Span `json:"spans"`
	End     string `json:"end,omitempty"` // how it ended: back, taken, dropped or done; empty while it lasts
}

// Site is an invited site, or somebody who came, and when they were there.
type Site struct {
	Invited   int    `json:"invited,omitempty"`
	Name      string `json:"name"`
	Unit      string `json:"unit,omitempty"` // directory id
	Role      string `json:"role,omitempty"` // of one of the others: guest, observer
	Members   int    `json:"members,omitempty"`
	Stays     []Span `json:"stays,omitempty"` // each ends when the line is lost or given up
	Present   int64  `json:"present"`         // ms there between the opening and the end
	Late      int64  `json:"late,omitempty"`  // ms from the opening to the first stay
	Absent    bool   `json:"absent,omitempty"`
	Headcount int    `json:"headcount,omitempty"` // as the site says
	Names     string `json:"names,omitempty"`
	Confirmed string `json:"confirmed,omitempty"` // who confirmed it
	Note      string `json:"note,omitempty"`      // of who confirmed it
}

// Poll is a question and how many answered what.
type Poll struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Secret   bool   `json:"secret,omitempty"`
	Span
	For     int    `json:"for"`
	Against int    `json:"against"`
	Other   int    `json:"other"`
	Votes   []Vote `json:"votes,omitempty"` // none of a secret poll
}

// Vote is the last answer of one voter.
type Vote struct {
	Name   string `json:"name"`
	Choice string `json:"choice"`
	Text   string `json:"text,omitempty"`
}

// Conclusion is a decision and what its units have done about it.
type Conclusion struct {
	ID       string     `json:"id"`
	At       int64      `json:"at"`
	Text     string     `json:"text"`
	Units    []string   `json:"units,omitempty"` // names of the sites of the units
	Due      string     `json:"due,omitempty"`   // YYYY-MM-DD
	Acks     []Progress `json:"acks,omitempty"`
	Progress []Progress `json:"progress,omitempty"`
}

// Progress is a unit's word on a conclusion.
type Progress struct {
	At   int64  `json:"at"`
	Name string `json:"name"`
	Text string `json:"text,omitempty"`
	Done bool   `json:"done,omitempty"`
}

// Notice is a text that stood for all to see.
type Notice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Span
}

// Note is a line of the secretary.
type Note struct {
	At   int64  `json:"at"`
	Text string `json:"text"`
}

// Incident is a line that was lost during the meeting, or a rule of the script that came to apply.
type Incident struct {
	At   int64  `json:"at"`
	Name string `json:"name"`
	Rule string `json:"rule,omitempty"` // what the script did; empty: the line was lost
	Lost int64  `json:"lost,omitempty"` // ms until it was back, 0 if it did not come back
}

// Ring is a call to sites to come, and who answered.
type Ring struct {
	At       int64    `json:"at"`
	Text     string   `json:"text,omitempty"`
	Called   []string `json:"called"`
	Answered []string `json:"answered,omitempty"`
}

// Final is the text that nothing changes any more.
type Final struct {
	At   int64  `json:"at,omitempty"`
	Text string `json:"text,omitempty"` // Markdown
	Hash string `json:"hash,omitempty"` // SHA-256 of Text, in hex
}

// within returns the part of a span between two times, and whether there is any. A span that lasts ends at to.
func (s Span) within(from, to int64) (Span, bool) {
	end := s.To
	if end == 0 || end > to {
		end = to
	}
	s = Span{From: max(s.From, from), To: end}
	return s, s.To > s.From
}

// Ms returns how long a speech lasted; until is the end of one that lasts still.
func (s Speech) Ms(until int64) (ms int64) {
	for _, span := range s.Spans {
		if part, ok := span.within(span.From, until); ok {
			ms += part.To - part.From
		}
	}
	return ms
}

// end returns when the meeting ended, or the last event if it has not.
func (h *Head) end() int64 {
	if h.Closed > 0 {
		return h.Closed
	}
	return h.Last
}

// start returns when the meeting was opened, or the room was made if it never was.
func (h *Head) start() int64 {
	if h.Opened > 0 {
		return h.Opened
	}
	return h.Began
}
