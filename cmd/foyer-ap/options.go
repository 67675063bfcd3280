package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// errUsage means flags or a configuration that cannot be used.
var errUsage = errors.New("cannot be used")

const defaultFile = "/etc/foyer-ap.conf"

// options are the flags, as they were written.
type options struct {
	box, name, token, ca, fingerprint, hostapd string
	memory                                     int // KiB
	aps                                        names
	check, version                             bool
}

// names says what the access point's interfaces are called in the reports.
type names map[string]string

// String writes the names as Set reads them.
func (n names) String() string {
	var out []string
	for k, v := range n {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// Set adds names, with commas between them.
func (n names) Set(s string) error {
	for one := range strings.SplitSeq(s, ",") {
		ifi, name, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok || ifi == "" || name == "" {
			return fmt.Errorf("%q: want INTERFACE=NAME, such as wlan0=ap-03", one)
		}
		n[ifi] = name
	}
	return nil
}

const help = `foyer-ap tells the store's box which phones this access point hears.

  foyer-ap [flags]         run until told to stop (SIGTERM)
  foyer-ap check [flags]   say in one screen what it finds, and what to do

Begin with what the box's operator gives you: the box's address, a token of this
access point's own, and the certificate of headquarters' authority (ca.pem) or
the fingerprint of the box's certificate. Write them to %s:

  BOX=https://10.30.0.2:8443
  TOKEN_FILE=/etc/foyer-ap.token
  CA=/etc/foyer-ap.pem
  AP=phy0-ap0=ap-03,phy1-ap0=ap-03

and run "foyer-ap check". In the file a key is a flag in capitals, with _ for -;
a flag wins over the file. A radio that AP does not name is called by its
hardware address, which the floor plan may hold as an alias.

For probe requests the agent listens to hostapd's control sockets; as another
user than root it must be in the group that hostapd's ctrl_interface_group
names. Without them it reports the phones on this access point's own network.

Exit codes: 0 done, 1 a check found something wrong, 2 flags or file are wrong.

Flags:
`

// readOptions reads the flags and then the file. It prints the help to out.
func readOptions(args []string, out io.Writer) (*options, error) {
	o := &options{aps: names{}}
	if len(args) > 0 && args[0] == "check" {
		o.check, args = true, args[1:]
	}
	fl := flag.NewFlagSet("foyer-ap", flag.ContinueOnError)
	fl.SetOutput(io.Discard)
	fl.Usage = func() {} // of a mistake says the error
	file := fl.String("config", "", "`FILE` of KEY=VALUE lines (default "+defaultFile+", if it is there)")
	fl.StringVar(&o.box, "box", "", "`URL` of the box's sensor listener, such as https://10.30.0.2:8443")
	fl.StringVar(&o.name, "name", "", "host `NAME` in the box's certificate, if the URL has only an address")
	fl.StringVar(&o.token, "token-file", "", "`FILE` with this access point's token")
	fl.StringVar(&o.ca, "ca", "", "`FILE` with the authority that the box's certificate must be of")
	fl.StringVar(&o.fingerprint, "fingerprint", "", "SHA-256 in `HEX` that the box's certificate must have")
	fl.StringVar(&o.hostapd, "hostapd", "/var/run/hostapd", "`FOLDER` of hostapd's control sockets; off for none")
	fl.IntVar(&o.memory, "memory", 1024, "`KIB` for reports that wait for the box, one minute at most")
	fl.Var(o.aps, "ap", "what a radio is called in the floor plan, `INTERFACE=NAME`; may be given again")
	fl.BoolVar(&o.check, "check", o.check, "the same as foyer-ap check")
	fl.BoolVar(&o.version, "version", false, "print the version")
	if err := fl.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(out, help, defaultFile)
			fl.SetOutput(out)
			fl.PrintDefaults()
			return nil, err
		}
		return nil, fmt.Errorf("flags %w: %w (foyer-ap --help says more)", errUsage, err)
	}
	if fl.NArg() > 0 {
		return nil, fmt.Errorf("flags %w: %q is none (foyer-ap --help says more)", errUsage, fl.Arg(0))
	}
	if o.version {
		return o, nil
	}
	return o, readFile(fl, *file)
}

// readFile sets the flags that were not given from a file.
func readFile(fl *flag.FlagSet, file string) error {
	optional := file == ""
	if optional {
		file = defaultFile
	}
	f, err := os.Open(file)
	switch {
	case optional && errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("configuration %w: %w", errUsage, err)
	}
	defer f.Close()
	given := map[string]bool{"config": true, "check": true, "version": true}
	fl.Visit(func(f *flag.Flag) { given[f.Name] = true })
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := setKey(fl, given, line); err != nil {
			return fmt.Errorf("%s line %d %w: %w", file, n, errUsage, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("configuration %w: %w", errUsage, err)
	}
	return nil
}

// setKey sets one line's flag, unless it was given.
func setKey(fl *flag.FlagSet, given map[string]bool, line string) error {
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return errors.New("want KEY=VALUE")
	}
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	name := strings.ReplaceAll(strings.ToLower(key), "_", "-")
	switch known := fl.Lookup(name); {
	case key != strings.ToUpper(key), known == nil, name == "config", name == "check", name == "version":
		return fmt.Errorf("no key %q: want BOX, NAME, TOKEN_FILE, CA, FINGERPRINT, AP, HOSTAPD or MEMORY", key)
	case given[name]:
		return nil
	}
	if err := fl.Set(name, value); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}
