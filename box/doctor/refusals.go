package doctor

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"foyer/box/trust"
	"foyer/config"
)

// refusals says which certificates headquarters has not granted this box, and
// why; nothing where all is well.
func refusals(_ context.Context, c *config.Config) (out []Finding) {
	all, err := trust.Refusals(filepath.Join(c.Data, "trust"))
	if err != nil {
		return one("certificates", Unknown, fmt.Sprintf("What headquarters says of this box's certificates cannot be read: %v.", plain(err)), "Run this as root, or as the user that foyer runs as.")
	}
	for _, use := range slices.Sorted(maps.Keys(all)) {
		out = append(out, Finding{"certificates", Bad, fmt.Sprintf("Headquarters does not renew a certificate %s: %s.", trust.Purpose(use), all[use]),
			"Let headquarters see foyer-hq fleet status and mend the cause there, or mend the name in this box's configuration; the box asks again once a day."})
	}
	return out
}
