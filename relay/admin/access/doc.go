// Package access decides who gets in: accounts with passwords, sessions and OIDC, the link that sets a server up, the enrolment of a
// site's PC, and the passes by which a session proves who it is. It mounts its part of the API into admin's frame, PROTOCOL.md
// section 8.1. It stands on no hop of a packet's way; a relay asks it once for each hello that brings a pass.
//
// All that it knows is in one table, which it watches into memory: a relay that is cut off from its cluster goes on with what it knew
// last. Secrets are kept as hashes, except the key that signs passes; no secret is ever logged.
package access
