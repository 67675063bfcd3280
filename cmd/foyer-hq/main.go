// Command foyer-hq is headquarters' side in small: the CA that makes a store's
// identity, the office that pushes documents and takes events, and the
// operator's commands for both. It holds flags and exit codes and no rule of
// the protocol.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "foyer-hq:", err)
		os.Exit(1)
	}
}
