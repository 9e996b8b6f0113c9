// Package directory holds who meets: tiers, units, sites, rooms, templates, and the accounts of the people who lead. It is data and its
// rules, pure: it does no I/O and has no clock. It stands on no hop of a packet's way.
package directory
