package main

import "syscall"

// bindToDevice ties a socket that is not bound yet to one interface; since
// Linux 5.7 that needs no privilege.
func bindToDevice(fd uintptr, device string) error {
	return syscall.BindToDevice(int(fd), device)
}
