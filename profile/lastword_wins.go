//go:build foyer_lastword

package profile

// lastWord: see the other build.
const lastWord = true
