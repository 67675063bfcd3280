package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"foyer/floor"
	"foyer/radio"
	"foyer/web/admin"
)

// live surveys with the running box: what it hears of the device is kept in
// heard.ndjson of the folder, without the device's address, while somebody
// types where she stands.
func (f *recordFlags) live(cmd *cobra.Command, plan *floor.Plan) ([]mark, error) {
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return nil, fmt.Errorf("survey record: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(f.out, "heard.ndjson"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("survey record: %w", err)
	}
	defer file.Close()
	ctx, done := context.WithCancel(cmd.Context())
	defer done()
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- admin.Survey(ctx, f.socket, f.client, &first{Writer: file, written: begun}) }()
	select {
	case <-begun:
	case err := <-ended:
		if err == nil {
			err = errors.New("the box ended it")
		}
		return nil, fmt.Errorf("survey record: %w (--from reads a file instead)", err)
	}
	f.from, f.kept, f.client = file.Name(), file.Name(), radio.SurveyClient
	marks, err := f.typed(cmd, plan)
	done()
	return marks, errors.Join(err, <-ended)
}

// first tells of the first bytes that are written.
type first struct {
	io.Writer
	once    sync.Once
	written chan struct{}
}

// Write writes.
func (f *first) Write(b []byte) (int, error) {
	f.once.Do(func() { close(f.written) })
	return f.Writer.Write(b)
}
