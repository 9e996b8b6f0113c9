// Package site is what a site (điểm cầu) has beside its relay: the line to the relay above, which is a client of it, and the words for
// what is wrong with that line.
package site
