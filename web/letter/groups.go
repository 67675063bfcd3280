package letter

import "foyer/concierge"

// A group is the lines of one kind. Nothing in it is said, not left out.
type group struct {
	kind, Title, Note string
	Lines             []line
}

type line struct{ When, Text, Detail string }

// grouped sorts lines into their groups.
func (o Options) grouped(lines []concierge.CopyLine) []group {
	all := o.groups()
	for _, l := range lines {
		for i := range all {
			if all[i].kind == l.Kind {
				all[i].Lines = append(all[i].Lines, o.lineOf(l))
			}
		}
	}
	return all
}

// lineOf is one line of the table: of who she is, what it is comes first.
func (o Options) lineOf(l concierge.CopyLine) line {
	if l.At.IsZero() {
		if l.Kind == "profile" {
			return line{When: l.Detail, Text: l.Text}
		}
		return line{"", l.Text, l.Detail}
	}
	return line{o.stamp(l.At), l.Text, l.Detail}
}

// groups are the groups of the letter, in order and empty.
func (o Options) groups() []group {
	t := o.Tongue.T
	return []group{
		{kind: "now", Title: t("Your visit of this moment")},
		{kind: "profile", Title: t("Who you are here")},
		{kind: "stated", Title: t("What you told us")},
		{kind: "services", Title: t("What waits for you")},
		{kind: "purchases", Title: t("What you bought"), Note: t("Prices, order numbers and payments are not held here.")},
		{kind: "general", Title: t("What you like in general"), Note: t("Worked out anew each time, from kinds and colours that came up more than once among the purchases you allow. It is not stored.")},
		{kind: "notes", Title: t("Notes about you")},
		{kind: "appointments", Title: t("Appointments")},
		{kind: "consents", Title: t("What you allowed, and took back")},
		{kind: "accesses", Title: t("Who saw what")},
		{kind: "reveals", Title: t("What was opened with a reason")},
		{kind: "served", Title: t("Who has served you")},
		{kind: "messages", Title: t("What associates left for you")},
		{kind: "visits", Title: t("Visits in which you were served"), Note: t("Of the last 30 days.")},
		{kind: "desk", Title: t("What else this store keeps for your visits")},
		{kind: "sessions", Title: t("Where you are signed in")},
		{kind: "invitations", Title: t("Codes to sign in")},
	}
}
