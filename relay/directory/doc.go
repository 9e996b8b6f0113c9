// Package directory is who there is: tiers of administration, kinds of unit and their quotas, units, sites (điểm cầu), rooms and templates of
// meetings, as one document that is edited all or not at all; and the accounts of those who lead.
//
// It stands on no hop of a packet's way. A leaf: no I/O and no clock; whoever keeps a Book hands it in and stores what comes out.
package directory
