package office

import (
	"fmt"
	"slices"
	"strings"

	"foyer/sync/wire"
)

// Revoke says to a store that certificates hold no longer, besides those of
// before, and puts them onto the broker's list. Devices of its staff are unpaired
// at the store: a box names them to nobody. Last says that the store's box has no
// certificate for the line left, and is believed no more.
func (f *Office) Revoke(name string, serials []string) (rev uint64, last bool, err error) {
	serials = slices.Clone(serials)
	for i := range serials {
		serials[i] = strings.ToLower(strings.ReplaceAll(serials[i], ":", ""))
	}
	all, err := IssuedTo(f.o.Dir, name)
	if err != nil {
		return 0, false, fmt.Errorf("revoke: %w", err)
	}
	for _, s := range serials {
		if !slices.ContainsFunc(all, func(i Issued) bool { return i.Serial == s }) {
			return 0, false, fmt.Errorf("revoke: store %s has no certificate %s; see: foyer-hq ca list --store %s", name, s, name)
		}
	}
	now, err := f.revocations(name)
	if err != nil {
		return 0, false, fmt.Errorf("revoke: %w", err)
	}
	now.Certificates = union(now.Certificates, serials)
	if rev, err = f.Push(name, wire.DownRevocations, now); err != nil {
		return 0, false, err
	}
	f.mu.Lock() // nobody is given a certificate meanwhile
	defer f.mu.Unlock()
	if err = f.revokeThese(name, serials); err == nil {
		last, err = f.judge(name)
	}
	return rev, last, err
}

// revokeThese ends certificates of a store, and has the broker hear of it.
func (f *Office) revokeThese(name string, serials []string) error {
	err := revokeThese(f.o.Dir, name, serials, f.o.Now())
	if err == nil && f.o.Listed != nil {
		f.o.Listed()
	}
	return err
}

// judge looks whether a store's box may still speak and be spoken to: one whose
// certificates for the line are all revoked may not, whatever the broker lets
// through, nor may it ask for another. The caller holds mu.
func (f *Office) judge(name string) (bool, error) {
	s, err := f.known(name)
	if err != nil {
		return false, err
	}
	s.revoked, err = outlawed(f.o.Dir, name)
	return s.revoked, err
}

// outlawed reports whether a store had certificates for the line, and all of them
// are revoked.
func outlawed(dir, name string) (bool, error) {
	all, err := IssuedTo(dir, name)
	all = slices.DeleteFunc(all, func(i Issued) bool { return i.Use != useMQTT })
	return len(all) > 0 && !slices.ContainsFunc(all, func(i Issued) bool { return i.Revoked.IsZero() }), err
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
