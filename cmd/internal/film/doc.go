// Package film makes pictures that nobody has to encode, and watches them: a Camera sends, in the layers, rates and temporal layers of the relay's plan, frames of the sizes that an encoder would
// make, with contents that can be checked; a Viewer decodes them as far as knowing what it would see, and how smoothly.
//
// Hops 1 and 2, and 11 and 12, of a picture's way, for bots and tests.
package film
