//go:build race

package web

// racing: everything takes several times as long.
const racing = true
