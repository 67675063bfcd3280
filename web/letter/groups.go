package letter

import (
	"time"

	"foyer/concierge"
)

// A group is the lines of one kind. Nothing in it is said, not left out.
type group struct {
	kind, Title, Note string
	Lines             []line
}

type line struct{ When, Text, Detail string }

// grouped sorts lines into their groups.
func grouped(lines []concierge.CopyLine, zone *time.Location) []group {
	all := groups()
	for _, l := range lines {
		for i := range all {
			if all[i].kind == l.Kind {
				all[i].Lines = append(all[i].Lines, lineOf(l, zone))
			}
		}
	}
	return all
}

// lineOf is one line of the table: of who she is, what it is comes first.
func lineOf(l concierge.CopyLine, zone *time.Location) line {
	if l.At.IsZero() {
		if l.Kind == "profile" {
			return line{When: l.Detail, Text: l.Text}
		}
		return line{"", l.Text, l.Detail}
	}
	return line{l.At.In(zone).Format(clock), l.Text, l.Detail}
}

// groups are the groups of the letter, in order and empty.
func groups() []group {
	return []group{
		{kind: "now", Title: "Your visit of this moment"},
		{kind: "profile", Title: "Who you are here"},
		{kind: "stated", Title: "What you told us"},
		{kind: "services", Title: "What waits for you"},
		{kind: "purchases", Title: "What you bought", Note: "Prices, order numbers and payments are not held here."},
		{kind: "general", Title: "What you like in general", Note: "Worked out anew each time, from kinds and colours that came up more than once among the purchases you allow. It is not stored."},
		{kind: "notes", Title: "Notes about you"},
		{kind: "appointments", Title: "Appointments"},
		{kind: "consents", Title: "What you allowed, and took back"},
		{kind: "accesses", Title: "Who saw what"},
		{kind: "reveals", Title: "What was opened with a reason"},
		{kind: "served", Title: "Who has served you"},
		{kind: "messages", Title: "What associates left for you"},
		{kind: "visits", Title: "Visits in which you were served", Note: "Of the last 30 days."},
		{kind: "desk", Title: "What else this store keeps for your visits"},
		{kind: "sessions", Title: "Where you are signed in"},
		{kind: "invitations", Title: "Codes to sign in"},
	}
}
