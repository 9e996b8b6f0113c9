// Package store is the state engine: NATS JetStream, embedded in this process or an outside cluster, behind small interfaces. It
// handles names and bytes and knows no meeting.
//
//   - Log and Follower: events by subject, appended all or none after a known number of them, so that of two writers one is refused.
//   - Leases: who writes a subject, with an epoch that rises.
//   - Requests: questions to whoever writes a subject.
//   - Table: keys and values with revisions, watched. Files: large things by name.
//
// Package memory below has their twins without disk, for tests.
//
// It stands on no hop of a packet's way: no packet waits for it.
package store
