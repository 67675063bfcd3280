//go:build !race

package web

// racing: see the other build.
const racing = false
