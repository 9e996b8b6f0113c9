package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/diemcau/diemcau/cmd/internal/config"
)

// settings is the configuration file of this call; file is nil without one.
type settings struct{ file *config.File }

// configFile is a flag that names a YAML file. What a flag or a variable says goes before what the file says.
type configFile string

// BeforeResolve implements a hook of kong: it reads the file.
func (configFile) BeforeResolve(ctx *kong.Context, trace *kong.Path, s *settings) error {
	name, _ := ctx.FlagValue(trace.Flag).(configFile)
	keys := map[string]bool{}
	for _, flag := range ctx.Selected().Flags {
		if flag.Name != "config" && flag.Name != "help" {
			keys[flag.Name] = flag.IsSlice()
		}
	}
	file, err := config.ReadFile(string(name), keys)
	if errors.As(err, new(*config.Problem)) {
		return originsOf(ctx, nil).blame("config", err)
	}
	if err != nil {
		return usageError{err}
	}
	s.file = file
	ctx.AddResolver(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		entry, there := file.Entries[flag.Name]
		if !there || fromEnvironment(flag) != "" {
			return nil, nil
		}
		if !flag.IsSlice() {
			return entry.Values[0], nil
		}
		values := make([]any, len(entry.Values))
		for i, v := range entry.Values {
			values[i] = v
		}
		return values, nil
	}))
	return nil
}

// fromEnvironment is the variable that a flag is set by, "" if none.
func fromEnvironment(flag *kong.Flag) string {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return name
		}
	}
	return ""
}

// origins remembers where the value of each key came from.
type origins map[string]string

func originsOf(ctx *kong.Context, file *config.File) origins {
	o := origins{}
	for _, flag := range ctx.Selected().Flags {
		o[flag.Name] = "--" + flag.Name
		if name := fromEnvironment(flag); name != "" {
			o[flag.Name] = name
		} else if file != nil {
			if entry, there := file.Entries[flag.Name]; there {
				o[flag.Name] = fmt.Sprintf("%s:%d: %s", file.Name, entry.Line, flag.Name)
			}
		}
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			o[p.Flag.Name] = "--" + p.Flag.Name
		}
	}
	return o
}

// blame makes a usage error of an error about a key: it begins with where the value came from.
func (o origins) blame(key string, err error) error {
	var p *config.Problem
	if errors.As(err, &p) {
		return usagef("%s: %s", o[p.Key], p.Text)
	}
	return usagef("%s: %w", o[key], err)
}
