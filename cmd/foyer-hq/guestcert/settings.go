// Package guestcert obtains publicly trusted certificates for the stores' guest
// pages: by ACME (RFC 8555), with the proof in the DNS, for no store's box can be
// reached from outside. It hides the authority and how a record comes into the
// DNS.
//
// It never has a store's key: the box makes it and asks with a request. It
// obtains nothing for a name that is not that store's.
package guestcert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"foyer/disk"
)

// File is where the settings stand in headquarters' folder.
const File = "guest.json"

// LetsEncrypt is the authority that is asked if nothing else is said.
const LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// Settings say whom to ask, for which names, and how to prove that they are ours.
type Settings struct {
	Directory string `json:"directory"`          // of the authority
	Roots     string `json:"roots,omitempty"`    // file: who stands behind the authority's own certificate; empty: the system's
	Email     string `json:"email,omitempty"`    // where the authority warns
	EABKey    string `json:"eab_key,omitempty"`  // key identifier of an external account, where the authority wants one
	EABHMAC   string `json:"eab_hmac,omitempty"` // and its key, base64url

	// Names are what stores may have certificates for; {store} stands for the
	// store's own name, so that none asks for another's.
	Names []string `json:"names"`

	Server string `json:"server,omitempty"` // host:port that takes updates of the zone (RFC 2136)
	Zone   string `json:"zone,omitempty"`
	Key    string `json:"key,omitempty"`    // TSIG: name
	Secret string `json:"secret,omitempty"` // TSIG: base64, for HMAC-SHA256
	Hook   string `json:"hook,omitempty"`   // instead: a program, called with set or clear, the record's name, its text
	Wait   int    `json:"wait,omitempty"`   // seconds until all of the zone's servers have a record
}

// Load reads the settings of a folder; ok is false if there are none.
func Load(dir string) (s Settings, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, File))
	if errors.Is(err, fs.ErrNotExist) {
		return s, false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		return s, false, fmt.Errorf("%s: %w", File, err)
	}
	return s, true, nil
}

// Save checks and writes settings, readable by the owner only.
func (s Settings) Save(dir string) error {
	if err := s.Check(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(dir, File), append(b, '\n'), 0o600)
}

// Check says what is wrong with settings.
func (s Settings) Check() error {
	if u, err := url.Parse(s.Directory); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("directory %q: want the address of an authority's directory, https", s.Directory)
	}
	if len(s.Names) == 0 {
		return errors.New("names: none; say which names stores may have, for example here-{store}.example.com")
	}
	for _, n := range s.Names {
		if p := strings.ReplaceAll(n, "{store}", "x"); strings.ContainsAny(p, "{}*/ ") || !strings.Contains(p, ".") {
			return fmt.Errorf("names: %q is no host name", n)
		}
	}
	if (s.Hook == "") == (s.Server == "") {
		return errors.New("say how a record comes into the DNS: by server, or by hook")
	}
	if s.Hook == "" {
		if _, _, err := net.SplitHostPort(s.Server); err != nil || s.Zone == "" {
			return errors.New("server: want host:port, and the zone besides")
		}
		if (s.Key == "") != (s.Secret == "") {
			return errors.New("key: want its name and its secret, or neither")
		}
	}
	if (s.EABKey == "") != (s.EABHMAC == "") {
		return errors.New("eab: want the key's identifier and the key, or neither")
	}
	return nil
}

// allows says what is wrong with a name for a store.
func (s Settings) allows(store, name string) error {
	if slices.ContainsFunc(s.Names, func(p string) bool { return strings.EqualFold(strings.ReplaceAll(p, "{store}", store), name) }) {
		return nil
	}
	return fmt.Errorf("store %s may not have a certificate for %q; see: foyer-hq ca guest", store, name)
}
