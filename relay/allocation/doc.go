// Package allocation divides the room that a line has for pictures: which layer of which picture each watcher gets (Allocate, and Chooser
// over time), and which layers a publisher is to send for them (Publish, and Publisher over time). Offers is the catalogue of layers.
//
// It stands on no hop of a packet's way; hop 8 asks it what a line carries of the pictures.
// A leaf: no I/O and no clock; times are arguments. Rates are in bit/s. What is for voice, control and slides is never part of the room.
package allocation
