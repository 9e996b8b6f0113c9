// Package config is what `diemcau serve` can be told: the keys, which are flags, environment variables and lines of a YAML file
// alike, and whether their values make sense; and the reader of a site's token file. It stands on no hop of a packet's way.
package config
