//go:build !unix

package bench

import (
	"errors"
	"time"
)

// cpuTime is not known here.
func cpuTime() (time.Duration, error) {
	return 0, errors.New("bench: the CPU time of a process is read on Unix only: run the bench on Linux")
}
