package meeting

// What is still to be decided: until then nobody gets anything.

func (Prepare) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (Open) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Close) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
func (SetMode) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (Raise) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
func (Lower) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
func (Call) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Next) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Recall) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (Yield) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
func (Take) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Extend) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (Silence) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (Lock) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Remove) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (LetIn) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
func (Deny) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (SetRole) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (HandOver) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (SetItem) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (CallRoll) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (Attend) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (Confirm) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (Say) decide(*State, *Command) ([]Event, error)         { return nil, ErrCommand }
func (PutNotice) decide(*State, *Command) ([]Event, error)   { return nil, ErrCommand }
func (TakeNotice) decide(*State, *Command) ([]Event, error)  { return nil, ErrCommand }
func (Ask) decide(*State, *Command) ([]Event, error)         { return nil, ErrCommand }
func (CastVote) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (EndPoll) decide(*State, *Command) ([]Event, error)     { return nil, ErrCommand }
func (TakeNote) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (Conclude) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (Acknowledge) decide(*State, *Command) ([]Event, error) { return nil, ErrCommand }
func (Progress) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (Ring) decide(*State, *Command) ([]Event, error)        { return nil, ErrCommand }
func (Answer) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (Minute) decide(*State, *Command) ([]Event, error)      { return nil, ErrCommand }
func (Finalise) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (TakeOver) decide(*State, *Command) ([]Event, error)    { return nil, ErrCommand }
func (Enact) decide(*State, *Command) ([]Event, error)       { return nil, ErrCommand }
