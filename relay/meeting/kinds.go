package meeting

// The kinds of events, in the order of the files that fold them.
const (
	KindCreated  Kind = "created"  //
	KindJoined   Kind = "joined"   // a new seat
	KindAway     Kind = "away"     // a seat's session was lost
	KindBack     Kind = "back"     // a seat has a session again
	KindLeft     Kind = "left"     // a seat is given up; its id returns at the site that issued it only
	KindMuted    Kind = "muted"    // the microphone was closed or opened by its participant
	KindSilenced Kind = "silenced" // or closed by the chair
	KindSite     Kind = "site"     // a site may issue seats of its own
	KindSkipped  Kind = "skipped"  // publication ids up to one are never issued
	KindWriter   Kind = "writer"   // a relay took over writing
	KindRole     Kind = "role"     // a seat's role

	KindPlanned Kind = "planned" // the whole plan, anew
	KindOpened  Kind = "opened"  // the meeting proper began
	KindClosed  Kind = "closed"  // and ended
	KindItem    Kind = "item"    // the agenda item that is on now

	KindLocked   Kind = "locked"   //
	KindRemoved  Kind = "removed"  // a seat is gone, and who had it stays out
	KindAdmitted Kind = "admitted" // a waiting seat is let in

	KindMode     Kind = "mode"     // of the floor
	KindRaised   Kind = "raised"   // a hand
	KindLowered  Kind = "lowered"  //
	KindGranted  Kind = "granted"  // a seat has the floor
	KindYielded  Kind = "yielded"  // and has it no more
	KindExtended Kind = "extended" // has it for longer
	KindIncident Kind = "incident" // a rule of the script applies

	KindRoll      Kind = "roll"      // the roll call begins or ends
	KindPresent   Kind = "present"   // who sits at an invited site
	KindConfirmed Kind = "confirmed" // by the secretary

	KindSaid      Kind = "said"      //
	KindNoticed   Kind = "noticed"   // a notice that stays
	KindUnnoticed Kind = "unnoticed" // is taken away
	KindNoted     Kind = "noted"     // a line of the live notes

	KindPolled     Kind = "polled"     //
	KindVoted      Kind = "voted"      //
	KindPollClosed Kind = "pollclosed" //

	KindConcluded    Kind = "concluded"    //
	KindAcknowledged Kind = "acknowledged" // by a unit
	KindProgressed   Kind = "progressed"   //

	KindRang     Kind = "rang"     // idle rooms were called
	KindAnswered Kind = "answered" //

	KindDecked Kind = "decked" // slides are ready, or more of them
	KindShown  Kind = "shown"  // a page
	KindHidden Kind = "hidden" // no page any more

	KindReported Kind = "reported" // a report was recorded beforehand
	KindPlaying  Kind = "playing"  // and is played
	KindPlayed   Kind = "played"   // to its end, or was stopped

	KindMinuted   Kind = "minuted"   // the edited minutes
	KindFinalised Kind = "finalised" // which are the minutes for good
)
