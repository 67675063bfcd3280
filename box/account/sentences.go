package account

import (
	"fmt"
	"time"
)

// What docs/threat-model.md says of a copy of the disk, word for word; a test
// holds the two together.
const (
	saysNoKey = "A copy taken without the root key opens nothing that leads to a customer. " +
		"Names of buckets, kinds of waiting messages, random numbers that stand for somebody, sizes and times of writing can be seen."
	saysBeside = "Where foyer had to make its own root key, it lies beside the data, and a copy of the whole disk opens everything."
	saysFile   = "Where the configuration names a file for the root key, a copy of the disk that holds this file opens everything."
	saysGiven  = "Where the root key is a credential of the system's, a copy opens as much as it opens the credential: " +
		"nothing if that is bound to the machine's TPM, everything if its key lies on the same disk."
	saysIdentity = "The identity folder lies on the disk unsealed. With it a copy opens the staff's roster and schedule, whatever the root key, " +
		"and whoever has it can pose as this store to headquarters, and read what is sent to it, until the box is replaced " +
		"(`foyer-hq enroll-code STORE --replace`): then headquarters believes and seals to the new keys only, and the broker, once it has read the new list, " +
		"refuses the old certificate."
	saysOutbox = "What waits for headquarters opens for headquarters only."
	saysErased = "A full copy taken before an erasure, together with the root key, still opens what it held."
	saysFlash  = "A drive may keep old blocks out of reach of any program."
	saysMemory = "Positions are in memory only."
)

// sentences are the scope in words, the worst first.
func sentences(key keyPlace, f Facts, h Held, since time.Time) []string {
	var out []string
	switch key {
	case keyBeside:
		out = append(out, saysBeside)
	case keyFile:
		out = append(out, saysFile, saysNoKey)
	case keyCredential:
		out = append(out, saysGiven, saysNoKey)
	case keyUnseen:
		out = append(out, "This command does not see where the root key lies: ask the running box.", saysNoKey)
	}
	out = append(out, fmt.Sprintf("The box holds data of %s.", plural(h.Customers, "customer")))
	if !since.IsZero() {
		when := since.UTC().Format("2 January 2006, 15:04 UTC")
		out = append(out, fmt.Sprintf("Since %s, %s erased here. %s", when, people(h.Erased), saysErased),
			fmt.Sprintf("Of the ledger's rows %s before then; later ones the copy does not hold.", written(h.Rows)),
			"What else was replaced, or had been kept long enough, between then and now is not counted: the copy may hold it.")
	} else {
		out = append(out, saysErased)
	}
	if f.Config.Identity != "" {
		out = append(out, saysIdentity)
	}
	if f.Config.HQ.Broker != "" {
		out = append(out, saysOutbox)
	}
	return append(out, saysFlash, saysMemory)
}

func people(n int) string {
	if n == 1 {
		return "1 customer was"
	}
	return fmt.Sprintf("%d customers were", n)
}

func written(n int) string {
	if n == 1 {
		return "1 was written"
	}
	return fmt.Sprintf("%d were written", n)
}
