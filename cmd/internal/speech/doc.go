// Package speech is a voice for tests and benches, and an ear: a Loop is one speech in every encoding that a send plan can
// ask for, a Player makes of the frames that came what a listener hears, and Loop.Judge says how much of that is understood.
//
// Hops 2 and 11 of a packet's way, where Go stands in for a page. There is no encoder and no clock: capture times
// and everything else that takes time are samples at 48 kHz. A Loop reads its files through an fs.FS when it is loaded.
package speech
