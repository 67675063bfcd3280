// Package system boots a small Debian under the machine's own kernel, installs
// foyer's package in it as a technician would, and watches what systemd makes
// of it. It hides mmdebstrap and systemd-nspawn. It holds no code of the
// product.
package system
