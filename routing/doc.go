// Package routing decides whom to ask next to look after a customer: rings,
// scores, fairness and escalation. Its secret is that order. Everything is a
// pure function over a snapshot, so the same day always routes the same way
// and every offer can be explained afterwards.
//
// It asks one person at a time and never broadcasts. It never offers a
// customer to anybody off shift, away, blocked by her or untrained, never
// offers a customer who wants to look around, and knows no sales, no spend and
// no commission: a test lists the fields it may read. It never reads a clock.
package routing
