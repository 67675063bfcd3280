// Package fetch asks access points and controllers over HTTP and hides how one
// talks to them: certificates that nobody signed, sessions that end, streams
// that are dropped when idle.
//
// It knows no format and no client: what it returns are bytes. It follows no
// redirect, reads no more than it says, and its errors are fixed sentences,
// never a word of an answer, which may hold people's addresses.
package fetch
