package box

import (
	"time"

	"foyer/box/account"
	"foyer/concierge"
	"foyer/config"
	"foyer/ledger"
	"foyer/profile"
	"foyer/sync/hq"
	"foyer/vault"
	"foyer/web/doors"
)

// Files are the databases of a box and what each may hold: the record of
// processing is made of it.
func Files() []account.File {
	return []account.File{
		{Name: "profiles.db", Buckets: profile.Buckets()},
		{Name: fileKeys, Buckets: vault.KeyBuckets()},
		{Name: fileLedger, Buckets: ledger.Buckets()},
		{Name: "desk.db", Buckets: concierge.Buckets()},
		{Name: "doors.db", Buckets: doors.Buckets()},
		{Name: fileOutbox, Buckets: hq.Buckets()},
	}
}

// Record is the record of processing activities of a box with this
// configuration.
func Record(c *config.Config, version string, at time.Time) account.Record {
	r := rules(c)
	return account.NewRecord(account.Facts{Config: c, Version: version, At: at, Files: Files(),
		Rules: account.Rules{Grace: r.Grace, Ask: r.Ask, Card: r.CardLife, Unheard: unheard}})
}

// processing is that of this box, headquarters' settings included.
func (b *store) processing() (any, error) {
	return Record(b.config.Load(), b.in.Version, b.in.Now()), nil
}
