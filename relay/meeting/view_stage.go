package meeting

// ViewStage is Stage. Officers see all decks and reports, others those that they brought.
type ViewStage struct {
	Decks   []Row        `json:"decks,omitempty"` // [id, by, title, pages, list]
	Slide   ViewSlide    `json:"slide,omitzero"`
	Reports []Row        `json:"reports,omitempty"` // [id, by, seat, title, ms, size, hash]
	Playing ViewPlayback `json:"playing,omitzero"`
}

// ViewSlide is Slide.
type ViewSlide struct {
	Deck  string `json:"deck"`
	Seat  string `json:"seat"`
	Title string `json:"title"`
	Pages int    `json:"pages"`
	Page  int    `json:"page"`
	Lo    string `json:"lo"`
	Hi    string `json:"hi,omitempty"`
}

// ViewPlayback is Playback.
type ViewPlayback struct {
	ID    string `json:"id"`
	Seat  string `json:"seat"`
	Title string `json:"title"`
	Ms    int64  `json:"ms"`
	Since int64  `json:"since"`
}

// sees says whether what somebody brought is told: before it is shown it concerns nobody else.
func (to viewer) sees(by string) bool { return !to.waits && (to.officer || by == to.voter) }

func (s *Stage) view(to viewer) ViewStage {
	v := ViewStage{Slide: ViewSlide(s.Slide), Playing: ViewPlayback(s.Playing)}
	for _, d := range s.Decks {
		if to.sees(d.By) {
			v.Decks = append(v.Decks, row(d.ID, d.By, d.Title, d.Pages, d.List))
		}
	}
	for _, r := range s.Reports {
		if to.sees(r.By) {
			v.Reports = append(v.Reports, row(r.ID, r.By, r.Seat, r.Title, r.Ms, r.Size, r.Hash))
		}
	}
	return v
}
