//go:build !linux

package web

import "net"

// giveUpSoon does nothing where the kernel has no such limit.
func giveUpSoon(*net.TCPConn) {}
