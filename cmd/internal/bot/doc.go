// Package bot is a participant without a person: it plays a file as its voice, writes down what it hears, and counts. For
// tests, load, and people who script.
//
// Hops 1 and 2 of a packet's way (a file in place of a microphone) and 11 and 12 (files in place of a loudspeaker).
package bot
