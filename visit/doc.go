// Package visit turns positions into visits: who has really come in, which
// zone she is settled in, who has gone quiet and who has left. Its secret is
// the evidence that takes (hysteresis, silence, re-entry), so that a passer-by
// never becomes a visitor and a jittery position never becomes a walk.
//
// It knows phones, not people; it keeps no track, only the last word per
// phone, in memory; it never names a privacy zone and never reads a clock:
// time comes from the positions and from Sweep's argument. A Book belongs to
// one goroutine.
package visit
