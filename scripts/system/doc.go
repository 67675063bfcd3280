// Package system boots a small Debian under the machine's own kernel, installs
// foyer's package in it as a technician would, and watches what systemd makes
// of it; and boots the appliance image on a machine made of software, as a store
// would. It hides mmdebstrap, systemd-nspawn and qemu. It holds no code of the
// product.
package system
