package staff

import (
	"fmt"
	"time"
)

func named(name string) string {
	if name == "" {
		return "This client"
	}
	return name
}

// lowerNamed is named in the middle of a sentence.
func lowerNamed(name string) string {
	if name == "" {
		return "this client"
	}
	return name
}

func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 5 || h >= 18:
		return "Good evening"
	case h < 12:
		return "Good morning"
	}
	return "Good afternoon"
}

// plural counts in words up to ten.
func plural(n int, one, many string) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	text := fmt.Sprint(n)
	if n >= 0 && n < len(words) {
		text = words[n]
	}
	if n == 1 {
		return text + " " + one
	}
	return text + " " + many
}
