package begin

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"foyer/config"
)

// AdoptFile is where a box leaves, in its data folder, a configuration that it
// may not put in its place itself.
const AdoptFile = folder + "/foyer.yaml"

// Adopt puts the configuration that waits in a data folder in its place by
// replace, if it may be: what the daemon wrote is not believed further than that.
// Whatever waited is gone afterwards, for it is waited for. No link out of the
// folder is followed.
func Adopt(data, file string, replace func(text []byte) error) error {
	root, err := os.OpenRoot(data)
	if err != nil {
		return fmt.Errorf("adopt the configuration: %w", err)
	}
	text, err := adoptable(root, file)
	if err == nil {
		err = replace(text)
	}
	if err = errors.Join(err, root.Remove(AdoptFile), root.Close()); err != nil {
		return fmt.Errorf("adopt the configuration: %w", err)
	}
	return nil
}

func adoptable(root *os.Root, file string) ([]byte, error) {
	const most = 64 << 10 // bytes
	f, err := root.Open(AdoptFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, fmt.Errorf("it has more than %d bytes", most)
	}
	c, err := config.Parse(text, nil)
	if err != nil {
		return nil, err
	}
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return text, nil
	case err != nil:
		return nil, err
	case string(text) != strings.TrimRight(string(old), "\n")+"\n"+broker(c.HQ.Broker):
		return nil, fmt.Errorf("%s is there and says something else", file)
	}
	return text, nil
}
