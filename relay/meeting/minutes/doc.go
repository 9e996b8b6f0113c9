// Package minutes folds a meeting's log into its minutes and its attendance sheet, and writes them: as Markdown, as HTML to be
// printed in the form of a Vietnamese office (Nghị định 30/2020/NĐ-CP), as CSV and as the events themselves.
//
// It stands on no hop of a packet's way. A leaf: no I/O and no clock; all times come from the log.
package minutes
