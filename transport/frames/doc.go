// Package frames carries what is larger than a datagram beside the voice of a line: pictures, stills, pages, files (PROTOCOL.md sections 13.1 to 13.3). A frame is cut into pieces,
// protected by parity shards, paced, and what is reported missing is sent again if that can still be in time.
//
// A Sender sends one direction of a line, a Receiver takes one, an Order brings the frames of a layer into decoding order for those who decode, an Estimator says how fast pieces may leave
// without the voice noticing. All are pure: no goroutine, no I/O, no clock; times are arguments and must not go back. None but Frame is safe for concurrent use.
//
// How to wire one end of a line: NewSender(paths.SendAside, now), NewReceiver(now) and paths.OnAside; an Estimator each for what goes down (sender.Observe) and what comes up
// (receiver.Observe). What IsPiece goes to Receiver.Receive, what IsReport to Sender.Report; after both Receiver.Report (its bytes leave by SendAside, too) and Sender.Tick, which says when it wants to be
// called next. Before Tick: SetRate(estimator.Rate), SetFill(estimator.Probing), SetLoss of the voice's Sender; and estimator.Voice with that Sender's queue every 20 to 50 ms.
package frames
