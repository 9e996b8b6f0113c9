// Command judge says how well a speech of codec/testdata was heard through a meeting. For the tests with real pages (make e2e-voice).
//
// It stands behind the loudspeaker, and makes the sound for a microphone:
//
//	judge microphone --speech codec/testdata mic.wav
//	judge hear --speech codec/testdata --begin 1766380000000 --back 1766380000000 mic ear
//
// The first writes one round of the speech as a WAV file, to be played over and over. The second compares what a microphone heard with what a
// loudspeaker played, and prints one JSON object. A recording NAME is NAME.f32, mono samples (float32, little endian), and
// NAME.json, {"rate": 48000, "part": 4096, "arrived": [ms...]}: the wall clock at which each part of so many samples was complete.
package main
