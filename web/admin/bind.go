package admin

import (
	"net"
	"os"
	"path/filepath"
)

// bind makes the socket under another name in a folder of its owner's, makes
// it private, and only then gives it its own name: at no moment can anybody
// else open it.
func bind(path string) (net.Listener, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".admin-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, "s")
	l, err := net.Listen("unix", made)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err = os.Chmod(made, 0o600); err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return gone{l, path}, nil
}

// gone removes the socket's file when it closes.
type gone struct {
	net.Listener
	path string
}

// Close closes the socket and removes its file.
func (g gone) Close() error {
	err := g.Listener.Close()
	if rm := os.Remove(g.path); err == nil && !os.IsNotExist(rm) {
		err = rm
	}
	return err
}
