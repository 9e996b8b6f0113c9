// Package script lets bots hold a whole meeting against a real server, from its preparation to its final minutes, as a district or a
// province does, and says what it cost and whether all that was told is right. For `diemcau bench meeting` and for tests.
package script
