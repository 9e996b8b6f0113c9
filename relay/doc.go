// Package relay forwards voices between the participants of meetings. A Server accepts sessions and keeps Rooms; a Room folds its
// meeting's log and knows its Participants; each Participant has a Publication, which fans packets out to Sinks, and a
// Subscription, the Sink that packs what its line can carry.
//
// Hops 6 to 9 of a packet's way. The relay picks layers and ranks speakers by an object's header; it never opens or rewrites a payload.
//
// Pictures go beside the voices: an aside is the end of a line's pieces, both ways; a source is a camera or a screen, a picture is what one watcher gets of it.
//
// Lock order: Server.mu, Room.mu, Speakers.mu, Subscription.mu; for pictures Room.mu, pictures.mu, the receiving end of one aside, source.mu, the sending end of one aside (never of two at a time), told.mu.
// A line's own locks are taken last. Nothing is sent while a lock is held but pieces, under that of their own end, and what is queued without blocking.
package relay
