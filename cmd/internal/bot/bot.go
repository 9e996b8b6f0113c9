package bot

import (
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/film"
	"github.com/diemcau/diemcau/transport"
)

// joinAtOnce is how many bots join at the same time; a crowd that shakes hands all at once only waits for itself.
const joinAtOnce = 8

// Config says what the bots do.
type Config struct {
	Client client.Config
	Play   *Speech                                      // nil: they listen
	Create func(speaker string) (io.WriteCloser, error) // makes the files of the first bot's recording; nil: it records nothing
	For    time.Duration                                // how long each stays; 0: until the context ends
	Count  int                                          // of bots, at least 1
	// Pictures has each show pictures that only bots understand, and watch those of others.
	Pictures bool
}

// Run lets the bots join, stay and leave. It returns the figures of those that joined, also with an error: the first of any bot.
func Run(ctx context.Context, c Config) (Report, error) {
	if c.Count > 1 && c.Client.Found == nil { // asked once for all
		found, err := client.Lookup(ctx, c.Client)
		if err != nil {
			return Report{}, err
		}
		c.Client.Found = found
	}
	figures := make([]*Figures, c.Count)
	joining := make(chan struct{}, joinAtOnce)
	group, ctx := errgroup.WithContext(ctx)
	for i := range c.Count {
		group.Go(func() error {
			b := &bot{config: c, number: i}
			err := b.join(ctx, joining)
			if err == nil {
				err = b.stay(ctx)
				figures[i] = b.figures()
			}
			switch {
			case err == nil || ctx.Err() != nil:
				return nil
			case c.Count > 1:
				return fmt.Errorf("%s: %w", b.name(), err)
			}
			return err
		})
	}
	err := group.Wait()
	return newReport(figures), err
}

// bot is one of them.
type bot struct {
	config  Config
	number  int
	client  *client.Client
	ear     *ear
	started time.Time
	stayed  time.Duration
	camera  film.Camera
	viewer  film.Viewer
}

func (b *bot) name() string {
	if b.number == 0 {
		return b.config.Client.Name
	}
	return fmt.Sprintf("%s-%d", b.config.Client.Name, b.number+1)
}

// join waits for its turn and takes a seat.
func (b *bot) join(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	c := b.config.Client
	c.Name = b.name()
	c.Listen = b.config.Play == nil
	if b.config.Pictures {
		c.Hooks = client.Hooks{Pictures: b.viewer.Picture, Keys: b.camera.Key}
	}
	b.started = time.Now()
	var err error
	b.client, err = client.Dial(ctx, c)
	return err
}

// stay plays, hears and records until its time is over.
func (b *bot) stay(ctx context.Context) error {
	begun := time.Now()
	defer func() { b.stayed = time.Since(begun) }()
	if b.config.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, b.config.For)
		defer cancel()
	}
	group, ctx := errgroup.WithContext(ctx)
	var r *recorder
	if b.config.Create != nil && b.number == 0 {
		r = newRecorder(b.config.Create, b.client.Speaker)
		group.Go(func() error { return r.run(ctx) })
	}
	b.ear = newEar(b.client.Speaker, r)
	b.client.Subscribe(b.ear.heard)
	if b.config.Play != nil {
		from := float64(b.number) / float64(b.config.Count)
		group.Go(func() error { return play(ctx, b.config.Play, from, b.client) })
	}
	if b.config.Pictures {
		group.Go(func() error { return b.film(ctx) })
	}
	group.Go(func() error { return b.client.Run(ctx) })
	return group.Wait()
}

// film shows pictures, and asks for those of others. What is said while there is no session is said with the next one.
func (b *bot) film(ctx context.Context) error {
	codecs := []string{"vp9"}
	_ = b.client.Watch(transport.Watch{Mode: transport.WatchAll, Decodes: codecs, Small: transport.MaxSmall})
	_ = b.client.Send(transport.Send{Camera: &transport.SendSource{Codecs: codecs, Width: 1280, Height: 720, FPS: 30}})
	b.camera.Run(ctx, b.client)
	return nil
}
