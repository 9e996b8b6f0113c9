package store_test

// child runs what a test wants to run in a process of its own.
func child() {}
