// Package office is what is done at a desk, before and after a meeting, over HTTP: the directory, preparing meetings, their documents,
// their state and minutes. It mounts its part of the API into admin's frame, PROTOCOL.md section 8.2. It stands on no hop of a packet's way.
//
// The directory is one value of one table, watched into memory: every relay of a cluster sees an edit at once, and of two edits at the same
// time one is refused, with the reason. Codes of meetings are secrets of sorts and are not logged.
package office
