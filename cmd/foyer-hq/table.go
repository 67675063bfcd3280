package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"foyer/sync/office"
)

func table(out io.Writer, all []office.StoreStatus) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STORE\tLINK\tVERSION\tLAST HEARD\tBACKLOG\tLOST\tPENDING\tREFUSED")
	var remarks []string
	for _, s := range all {
		link, heard := s.Link, "never"
		if link == "" {
			link = "-"
		}
		if !s.Contact.IsZero() {
			heard = s.Contact.Local().Format(time.DateTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n", s.Store, link, s.Version, heard, s.Backlog, s.Lost, s.Pending, len(s.Rejected))
		if b := s.Back; b != nil {
			remarks = append(remarks, fmt.Sprintf("store %s: its ledger of who saw what went back at %s: it had row %d with the hash %s, and then row %d with %s. "+
				"Somebody replaced it or wrote it anew. If that was meant (foyer run --accept-loss ledger.db, a new box): foyer-hq ledger accept --store %s",
				s.Store, b.At.Local().Format(time.DateTime), b.Was.Seq, b.Was.Hash, b.Now.Seq, b.Now.Hash, s.Store))
		}
		for _, d := range s.Documents {
			if d.Outcome == "rejected" {
				remarks = append(remarks, fmt.Sprintf("store %s refuses %s revision %d: %s", s.Store, d.Kind.Name(), d.Rev, d.Reason))
			}
		}
	}
	errs := []error{w.Flush()}
	for _, r := range remarks {
		_, err := fmt.Fprintln(out, r)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
