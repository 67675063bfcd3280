package floor

import _ "embed"

//go:embed example.json
var exampleJSON []byte

// Example returns the plan of a believable department store floor, 40 x 25 m
// with ten access points, for demonstrations, tests and the first minutes
// with foyer. Each call returns a plan of its own.
func Example() *Plan {
	p, err := ParsePlan(exampleJSON)
	if err != nil {
		panic(err) // a test parses it: the embedded file is part of the build
	}
	return p
}
