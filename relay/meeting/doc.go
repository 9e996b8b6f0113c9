// Package meeting is the meeting as a log of events and its fold: Decide turns a command into events or a Refusal, Apply folds an event
// into the State, and nothing else changes a state. It knows all rules: roles and rights, lobby and lock, floor and queue, roll call, polls,
// conclusions, minutes. View, Visible, EncodeFor and Renews say what of it a seat gets to see; Due says what the incident script asks for at a time.
// It also knows meeting codes and publication ids.
//
// Each topic has a file with the bodies of its events and what they do to the state; the actions are in actions.go, their rights in rights.go.
//
// It stands on no hop of a packet's way; hop 6 asks it who may sit down, under which publication id, and who is heard.
// A leaf: no I/O and no clock; times are meeting milliseconds given by the caller, randomness comes as an io.Reader.
package meeting
