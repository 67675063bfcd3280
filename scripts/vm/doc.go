// Package vm boots a virtual machine with simulated radios, in which the built
// programs read real nl80211 stations. It hides qemu, Debian's kernel with
// mac80211_hwsim, and the small system around them; what is tested there stands
// in cmd/foyer beside the other end-to-end tests (e2e_vm_*_test.go). It holds
// no code of the product.
package vm
