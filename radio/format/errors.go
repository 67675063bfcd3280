package format

import "errors"

// The errors that refuse a payload.
var (
	// ErrFormat means a Format that was not taken from All or Named.
	ErrFormat = errors.New("format: no such format")
	// ErrSize means more bytes than the format's Max.
	ErrSize = errors.New("format: payload too large")
	// ErrSyntax means bytes that the format cannot be, or that are cut short.
	ErrSyntax = errors.New("format: not a payload of this format, or cut short")
	// ErrDepth means nesting that no source writes.
	ErrDepth = errors.New("format: nested too deep")
	// ErrSecret means that the payload does not show the right secret.
	ErrSecret = errors.New("format: wrong or missing secret")
	// ErrVersion means a version of the format that is not known.
	ErrVersion = errors.New("format: unknown version")
	// ErrSource means that the source sent an error in the place of data.
	ErrSource = errors.New("format: the source answered with an error in the place of data")
	// ErrDenied means that the source's error is about rights: the session
	// ended, or its user may not read this.
	ErrDenied = errors.New("format: the source denies access: log in again, or grant its user the right")
)

// The errors of a row, besides those of package report.
var (
	// ErrRow means a row that is not written as the format's rows are.
	ErrRow = errors.New("format: a row that is no row of this format")
	// ErrRows means that the payload has more rows than are read.
	ErrRows = errors.New("format: too many rows in one payload: the rest was not read")
	// ErrTopic means an MQTT topic that does not name a node.
	ErrTopic = errors.New("format: a topic that names no node")
)
