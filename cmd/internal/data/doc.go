// Package data is the folder in which a server keeps what must outlive it: the host key, its secrets, certificates, meetings. It
// stands on no hop of a packet's way.
package data
