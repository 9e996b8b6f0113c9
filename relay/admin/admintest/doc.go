// Package admintest has the twin in memory of a table, for the tests of the packages below relay/admin: those below relay do not import
// each other, so that they have neither a store nor its twin. It stands on no hop of a packet's way.
package admintest
