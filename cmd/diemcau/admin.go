package main

import (
	"context"
	"fmt"
	"net/http"
)

// AdminCmd is "diemcau admin".
type AdminCmd struct {
	Reset AdminResetCmd `cmd:"" help:"Print a link by which somebody becomes administrator, or an administrator who forgot the password sets another one: good once, for 30 minutes."`
}

// AdminResetCmd is "diemcau admin reset". It asks the running server, which has the data folder locked.
type AdminResetCmd struct {
	Host `embed:""`
}

// Run prints the link.
func (c *AdminResetCmd) Run(ctx context.Context) error {
	var made struct{ Link string }
	if err := c.call(ctx, http.MethodPost, "setup/reset", nil, &made); err != nil {
		return err
	}
	if made.Link == "" {
		return foreign(c.Server)
	}
	_, err := fmt.Printf("%s\nMở liên kết này trong 30 phút, trên máy của người quản trị; liên kết chỉ dùng được một lần.\n"+
		"Open this link within 30 minutes, on the administrator's computer; it works once.\n", made.Link)
	return err
}
