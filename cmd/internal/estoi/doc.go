// Package estoi predicts how much of a degraded speech a listener understands: the extended short-time objective
// intelligibility of J. Jensen and C. H. Taal, "An Algorithm for Predicting the Intelligibility of Speech Masked by Modulated
// Noise Maskers", IEEE/ACM Transactions on Audio, Speech, and Language Processing 24(11), 2016.
//
// No hop of a packet's way: it stands behind the loudspeaker, in benches and tests. Score is the paper's measure of two
// aligned signals. Align finds the utterances of a clean speech again in what was heard, and scores each. All signals are mono at
// Rate; Resample brings others there. There is no I/O, no clock, no state.
package estoi
