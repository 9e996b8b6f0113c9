// Package arch holds the house to its plan: which folder may import which, what a leaf may not do, and how large files, functions, structs
// and interfaces may grow. Its test reads the whole repository; a rule changes here or nowhere.
//
// It stands on no hop of a packet's way.
package arch
