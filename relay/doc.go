// Package relay forwards voices between the participants of meetings. A Server accepts sessions and keeps Rooms; a Room folds its
// meeting's log and knows its Participants; each Participant has a Publication, which fans packets out to Sinks, and a
// Subscription, the Sink that packs what its line can carry.
//
// Hops 6 to 9 of a packet's way. The relay picks layers and ranks speakers by an object's header; it never opens or rewrites a payload.
//
// Lock order: Server.mu, Room.mu, Speakers.mu, Subscription.mu; a line's own locks are taken last. Nothing is sent while a lock is held.
package relay
