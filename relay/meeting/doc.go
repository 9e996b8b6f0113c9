// Package meeting is the meeting as a log of events and its fold: Decide turns a command into events, Apply folds an event
// into the state, and nothing else changes a state. It also knows meeting codes and publication ids.
//
// It stands on no hop of a packet's way; hop 6 asks it who may sit down, and under which publication id.
// A leaf: no I/O and no clock; times are meeting milliseconds given by the caller, randomness comes as an io.Reader.
package meeting
