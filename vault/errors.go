package vault

import "errors"

// Errors of opening a file.
var (
	// ErrLocked means that another process holds the file; end it first.
	ErrLocked = errors.New("held by another process")
	// ErrDamaged means that a file cannot be read and that nothing was thrown
	// away. Restore it, or accept the loss explicitly.
	ErrDamaged = errors.New("damaged")
	// ErrUndeclared means that a file holds a bucket without declared
	// retention: it is another program's file or a newer version's.
	ErrUndeclared = errors.New("undeclared bucket")
)

// Errors of using a file.
var (
	// ErrFull means that a write was refused because the file has reached its
	// quota or the disk is full. Deletes still work, and make room.
	ErrFull = errors.New("full")
	// ErrClosed means that the file has been closed.
	ErrClosed = errors.New("closed")
	// ErrStop, returned by the function given to Each, ends the walk without
	// being an error.
	ErrStop = errors.New("stop")
)

// Errors of keys.
var (
	// ErrRootKey means that the root key does not open the key-encryption-key
	// file: it is another box's credential, or that file is damaged.
	ErrRootKey = errors.New("root key does not open the key-encryption key")
	// ErrSealed means that a sealed value does not open: its key was
	// destroyed, or it was changed or moved.
	ErrSealed = errors.New("sealed value does not open")
)
