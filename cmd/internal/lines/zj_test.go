package lines

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestZJ(t *testing.T) {
	bubble(t, func(t *testing.T) {
		rtt, _ := time.ParseDuration(os.Getenv("RTT"))
		first, err := Joins{Loop: loop(t), Line: impaired(256, rtt, .5, 0), Side: Listening, Count: 20, Seed: *seed, Beside: true}.Run(context.Background())
		fmt.Println(first, err)
	})
}
