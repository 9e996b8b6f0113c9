// Package practice keeps practice rooms: meetings in which bots are the chair and three communes on a bad line, so that who sits at a
// site's computer can try every button. It stands in for pages, at both ends of a packet's way.
package practice
