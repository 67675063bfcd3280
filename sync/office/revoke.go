package office

import (
	"fmt"
	"slices"
	"strings"

	"foyer/sync/wire"
)

// Revoke says to a store that certificates hold no longer, besides those of
// before, and puts them onto the broker's list. Devices of its staff are unpaired
// at the store: a box names them to nobody.
func (f *Office) Revoke(name string, serials []string) (uint64, error) {
	serials = slices.Clone(serials)
	for i := range serials {
		serials[i] = strings.ToLower(strings.ReplaceAll(serials[i], ":", ""))
	}
	all, err := IssuedTo(f.o.Dir, name)
	if err != nil {
		return 0, fmt.Errorf("revoke: %w", err)
	}
	for _, s := range serials {
		if !slices.ContainsFunc(all, func(i Issued) bool { return i.Serial == s }) {
			return 0, fmt.Errorf("revoke: store %s has no certificate %s; see: foyer-hq ca list --store %s", name, s, name)
		}
	}
	now, err := f.revocations(name)
	if err != nil {
		return 0, fmt.Errorf("revoke: %w", err)
	}
	now.Certificates = union(now.Certificates, serials)
	rev, err := f.Push(name, wire.DownRevocations, now)
	if err == nil {
		f.mu.Lock() // nobody is given a certificate meanwhile
		defer f.mu.Unlock()
		err = revokeThese(f.o.Dir, name, serials, f.o.Now())
	}
	return rev, err
}

// revocations returns what a store was last told to trust no longer.
func (f *Office) revocations(name string) (wire.Revocations, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.known(name)
	if err != nil {
		return wire.Revocations{}, err
	}
	d, ok := s.docs[wire.DownRevocations]
	if !ok {
		return wire.Revocations{}, nil
	}
	return wire.Decode[wire.Revocations](d.Payload)
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
