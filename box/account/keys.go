package account

import (
	"foyer/config"
)

// A keyPlace is where the root key lies, as far as the configuration says.
type keyPlace string

// The places.
const (
	keyBeside     keyPlace = "beside"     // in the data folder
	keyFile       keyPlace = "file"       // in a file the configuration names
	keyCredential keyPlace = "credential" // given by systemd at each start
	keyUnseen     keyPlace = "unseen"     // not made yet, or given to the box and not to this command
)

func rootKey(c *config.Config) keyPlace {
	switch {
	case c.RootKeyBeside():
		return keyBeside
	case c.RootKey != "":
		return keyFile
	case c.RootKeyGiven():
		return keyCredential
	}
	return keyUnseen
}

func (k keyPlace) says() string {
	switch k {
	case keyBeside:
		return "it lies beside the data, so a copy of the whole disk opens everything"
	case keyFile:
		return "it lies in a file of its own; a copy of the disk that holds that file opens everything"
	case keyUnseen:
		return "this command does not see where it lies: ask the running box"
	}
	return "a credential that the system gives the box at each start; it does not lie in the data folder"
}
