// Package volume counts what metered uplinks carry in a month, and keeps it across restarts and power cuts.
package volume
