package meeting

// What pages and the API ask for. Each names the act by which it comes; its JSON has the members of its fields. No member is called id, type
// or act: those are the message's.
type (
	// Prepare replaces the plan (act "prepare").
	Prepare struct {
		Plan Plan `json:"plan"`
	}
	// Open begins the meeting proper (act "open").
	Open struct{}
	// Close ends it (act "close").
	Close struct{}
	// SetMode sets the mode of the floor (act "mode").
	SetMode struct {
		Mode Mode `json:"mode"`
	}
	// Raise raises the own hand (act "raise").
	Raise struct {
		Reason string `json:"reason"`
	}
	// Lower lowers a hand, the own one if Seat is empty (act "lower").
	Lower struct {
		Seat string `json:"seat"`
	}
	// Call gives the floor to a seat, or to the voice of an invited site (act "call").
	Call struct {
		Seat    string  `json:"seat"`
		Invited int     `json:"invited"`
		Item    int     `json:"item"`    // 0: the one that the site reports to, if it is on or the next
		Minutes int     `json:"minutes"` // 0: those of the item
		From    *string `json:"from"`    // who has the floor as far as the page knows; nil: no matter. If it is another, the call is refused
	}
	// Next calls whom State.NextUp names (act "next").
	Next struct {
		From *string `json:"from"` // as in Call
	}
	// Recall calls the first of Floor.Later that is here (act "return").
	Recall struct {
		From *string `json:"from"` // as in Call
	}
	// Yield gives the own floor back (act "yield").
	Yield struct{}
	// Take takes the floor back (act "take").
	Take struct{}
	// Extend gives the holder more time (act "extend").
	Extend struct {
		Minutes int `json:"minutes"` // 1 to MaxMinutesLong
	}
	// Silence closes a seat's microphone, everybody's if Seat is empty (act "silence").
	Silence struct {
		Seat string `json:"seat"`
	}
	// Lock locks the meeting or opens it again (act "lock").
	Lock struct {
		Locked bool `json:"locked"`
	}
	// Remove takes a seat away (act "remove").
	Remove struct {
		Seat string `json:"seat"`
	}
	// LetIn lets a waiting seat in (act "admit").
	LetIn struct {
		Seat string `json:"seat"`
	}
	// Deny sends a waiting seat away (act "deny").
	Deny struct {
		Seat string `json:"seat"`
	}
	// SetRole gives a seat a role (act "role").
	SetRole struct {
		Seat string `json:"seat"`
		Role Role   `json:"role"`
	}
	// HandOver makes a seat the chair (act "chair").
	HandOver struct {
		Seat string `json:"seat"`
	}
	// SetItem says which agenda item is on, 0: none (act "item").
	SetItem struct {
		Item int `json:"item"`
	}
	// CallRoll opens the roll call or ends it (act "roll").
	CallRoll struct {
		Open bool `json:"open"`
	}
	// Attend says who sits at the own site (act "present").
	Attend struct {
		Headcount int    `json:"headcount"`
		Names     string `json:"names"` // lines
	}
	// Confirm is the secretary's word on a site's presence (act "confirm").
	Confirm struct {
		Invited int    `json:"invited"`
		Note    string `json:"note"`
	}
	// Say is a message (act "say").
	Say struct {
		To   string `json:"to"` // ToAll, also if empty, or ToTable
		Text string `json:"text"`
	}
	// PutNotice puts a notice up (act "notice").
	PutNotice struct {
		Text string `json:"text"`
	}
	// TakeNotice takes it down (act "unnotice").
	TakeNotice struct {
		ID string `json:"notice"`
	}
	// Ask opens a poll (act "poll").
	Ask struct {
		Question string `json:"question"`
		Secret   bool   `json:"secret"`
	}
	// CastVote votes, in the place of an earlier vote (act "vote").
	CastVote struct {
		Poll   string `json:"poll"`
		Choice Choice `json:"choice"`
		Text   string `json:"text"`
	}
	// EndPoll closes a poll (act "end-poll").
	EndPoll struct {
		ID string `json:"poll"`
	}
	// TakeNote adds a line to the live notes (act "note").
	TakeNote struct {
		Text string `json:"text"`
	}
	// Conclude puts a decision down, or another version of one (act "conclude").
	Conclude struct {
		ID    string `json:"conclusion"` // of an earlier one that it replaces, or empty
		Text  string `json:"text"`
		Units []int  `json:"units"` // numbers of the invited
		Due   string `json:"due"`   // YYYY-MM-DD or empty
	}
	// Acknowledge says that the own site has read a conclusion (act "acknowledge").
	Acknowledge struct {
		ID string `json:"conclusion"`
	}
	// Progress says how far the own site is with a conclusion (act "progress").
	Progress struct {
		ID   string `json:"conclusion"`
		Text string `json:"text"`
		Done bool   `json:"done"`
	}
	// Ring calls idle rooms (act "ring").
	Ring struct {
		Invited []int  `json:"invited"` // empty: all that are not here
		Text    string `json:"text"`
	}
	// Answer says that the own site has heard the ring (act "answer").
	Answer struct{}
	// Minute puts a version of the minutes down (act "minute").
	Minute struct {
		Text string `json:"text"` // Markdown, at most MaxMinutes bytes
	}
	// Finalise makes the last version of the minutes final (act "finalise").
	Finalise struct{}
	// OpenDeck announces a deck of slides, or more pages of one that was announced (act "deck").
	OpenDeck struct {
		Deck  string `json:"deck"`  // id of the one that has more pages now; empty: a new one
		Title string `json:"title"` // of a new one
		Pages int    `json:"pages"` // of a new one, 1 to MaxPages
		List  string `json:"list"`  // hash of the list of its pages, or empty
	}
	// Show shows a page of a deck (act "show").
	Show struct {
		Deck string `json:"deck"`
		Page int    `json:"page"` // from 1
		Lo   string `json:"lo"`   // hash of the page in few bytes
		Hi   string `json:"hi"`   // and in its full quality, empty while it is not stored
	}
	// Hide ends the showing of slides (act "hide").
	Hide struct{}
	// BringReport announces a report that was recorded beforehand (act "report").
	BringReport struct {
		Title string `json:"title"`
		Ms    int64  `json:"ms"`   // 1 to MaxReportMs
		Hash  string `json:"hash"` // of its file
		Size  int64  `json:"size"` // bytes, at most MaxReportBytes
	}
	// Play plays a report to all (act "play").
	Play struct {
		Report string `json:"report"`
	}
	// Stop stops it (act "stop").
	Stop struct{}
)

// What only the relay does, beside what it says of sessions.
type (
	// TakeOver says that a relay writes from now on.
	TakeOver struct {
		Relay string // its id in the cluster, at most MaxSite bytes
		Epoch uint32 // of its lease
	}
	// Enact applies a rule of the incident script to a seat, as Due asks for.
	Enact struct {
		Rule int // index in Plan.Script
		Seat string
	}
	// EndPlay says that a report was played to its end.
	EndPlay struct {
		Report string
	}
	// PlayPage turns to a page as the report does that is played.
	PlayPage struct {
		Report string
		Deck   string
		Page   int
		Lo, Hi string
	}
)
