package account

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"foyer/sync/wire"
)

// A Record is the record of processing activities of one box (GDPR, Article
// 30), with the annex for the impact assessment and the notice for the staff.
type Record struct {
	Store    string    `json:"store"`
	Chain    string    `json:"chain"`
	At       string    `json:"at"` // RFC 3339
	Sections []Section `json:"sections"`
}

// NewRecord makes the record of a box.
func NewRecord(f Facts) Record {
	c := f.Config
	return Record{Store: c.Store.ID, Chain: c.Store.Chain, At: f.At.UTC().Format("2006-01-02T15:04:05Z07:00"), Sections: []Section{
		responsible(f), activities(f), recipients(f), files(f), memory(f), line(f), measures(f), assessment(), staff(f),
	}}
}

func (r Record) paper() paper {
	return paper{"Record of processing activities, store " + r.Store + " of " + r.Chain, r.Sections}
}

// Markdown writes the record as text.
func (r Record) Markdown(w io.Writer) error { return r.paper().markdown(w) }

// HTML writes the record as a page.
func (r Record) HTML(w io.Writer) error { return r.paper().html(w) }

func responsible(f Facts) Section {
	c := f.Config
	return Section{Title: "Who is responsible", Text: []string{
		"The controller is the company behind the chain " + c.Store.Chain + ". Its name, address, representative and data protection officer are the " +
			"chain's to write here: ____________________",
		fmt.Sprintf("This record is of one box, in the store %s (%s). It was made by foyer %s on %s from the configuration in force and from what the "+
			"program declares of itself; make it again after every change of either.", c.Store.ID, c.Store.Name, f.Version, f.At.UTC().Format("2 January 2006")),
		"Nothing is sent to a third country by the box itself. Where headquarters stands, and what it does with what it is sent, is headquarters' record.",
	}}
}

func activities(f Facts) Section {
	const consent = "consent (Article 6(1)(a); ePrivacy 5(3))"
	s := Section{Title: "Purposes, people and data", Text: []string{
		"Phones of people who did not opt in are dropped where they are heard; nothing about them is kept, not even as a hash."}}
	s.Table = [][]string{{"activity", "people", "data", "legal basis", "how long"},
		{"notice an opted-in customer in the store", "customers with consent presence", "reports of access points about her leased phone, her position", consent,
			"in memory, until the visit ends"},
		{"tell the right associate", "customers with consent profile_to_associates, staff", "her visit, the associates asked, a card decided item by item", consent,
			fmt.Sprintf("in memory; a card at most %s after the visit; what she never announced %s", span(f.Rules.Card), span(f.Rules.Ask))},
		{"hold what she allowed", "customers", "her word on each of eight purposes, with its receipt", "legal obligation (Article 7(1))", "see profiles.db/consents"},
		{"account for who saw what", "customers, staff", "the ledger", "legal obligation (Articles 5(2), 32)", "see ledger.db/rows"},
		{"let staff sign on and be asked", "staff", "roster, shifts, PINs as hashes, sessions, availability; no position", "employment", "see doors.db and the notice below"},
		{"report to headquarters", "customers with consent history_store, staff", "see the line to headquarters", consent, "until headquarters has it"},
		{"run the box", "nobody", "figures, warnings, logs without a person or a hardware address", "legitimate interest", "as the machine keeps its logs"},
	}
	if f.Config.HQ.Broker == "" {
		s.Table = slices.DeleteFunc(s.Table, func(row []string) bool { return row[0] == "report to headquarters" })
	}
	return s
}

func recipients(f Facts) Section {
	c := f.Config
	s := Section{Title: "Recipients", Table: [][]string{{"who", "what", "by which way"},
		{"the customer", "her own page: everything of hers that it shows", "HTTPS on " + c.Listen.Guest},
		{"associates and managers of this store", "cards and requests, as the discretion table decides; never a profile", "HTTPS on " + c.Listen.Staff + ", paired devices"},
		{"whoever may open the admin socket", "figures; exports and erasures, at her request", c.Listen.Admin + ", its owner only"},
	}}
	if c.HQ.Broker != "" {
		s.Table = append(s.Table, []string{"headquarters of " + c.Store.Chain, "see the line to headquarters", "MQTT by " + c.HQ.Broker + ", whose operator can read nothing about a person"})
	} else {
		s.Text = append(s.Text, "This box has no headquarters: nothing leaves the store.")
	}
	var names []string
	for _, x := range c.Sensors {
		names = append(names, x.ID)
	}
	where := "HTTPS on " + c.Listen.Sensors
	if c.Listen.SensorsMQTT != "" {
		where += ", MQTT on " + c.Listen.SensorsMQTT + " (topics foyer-sensor/v1/<sensor>)"
	}
	s.Text = append(s.Text, fmt.Sprintf("Sources, which receive nothing: %s (%s), by %s. They report every radio they hear; "+
		"what the access points keep themselves is their maker's and the store's to set.", plural(len(names), "sensor"), strings.Join(names, ", "), where))
	return s
}

func files(f Facts) Section {
	s := Section{Title: "What lies on the disk, and for how long", Text: []string{
		"Every bucket of every database, as the program declares it. A file that holds anything else is not opened.",
		"Beside them, and about nobody: keys.kek (the key-encryption key, sealed under the root key), clock.json, the identity folder, the floor plan and the " +
			"radio map. A database that was found damaged is set aside as it was: at most two of each, and of what nobody can send again all of them."}}
	s.Table = [][]string{{"where", "whose", "what", "purpose", "legal basis", "how long", "sealed under"}}
	for _, file := range f.Files {
		for _, b := range file.Buckets {
			s.Table = append(s.Table, []string{file.Name + "/" + b.Name, b.Whose, b.Fields, b.Purpose, b.Basis, kept(b), string(b.Under)})
		}
	}
	return s
}

func memory(f Facts) Section {
	return Section{Title: "What is in memory only", Text: []string{
		"Positions, zones, visits, offers, cards, and which phone is whose. A phone's name is random and made anew with each lease; a lease ends when she " +
			"withdraws, leaves or signs out, and when the store closes. Nobody is shown a point or a track, and her zone no longer once she has been greeted.",
		fmt.Sprintf("She is told first. Who chose to be announced without a question has %s to say “not today”; where one who is asked does not answer within %s, nothing of the visit "+
			"is kept.", span(f.Rules.Grace), span(f.Rules.Ask)),
	}}
}

func line(f Facts) Section {
	s := Section{Title: "The line to headquarters", Text: []string{
		"The contract, one row for each topic below foyer/v1/" + f.Config.Store.Chain + "/" + f.Config.Store.ID + "/. All of it is signed; what is sealed can be " +
			"read by its receiver only. Kinds marked “not used” are neither sent nor taken by this version."}}
	if f.Config.HQ.Broker == "" {
		s.Text = append(s.Text, "This box has no headquarters: none of it is in use.")
	}
	s.Table = [][]string{{"topic", "whose", "what", "purpose", "legal basis", "sealed", "used"}}
	all := messages()
	for _, k := range append(wire.Kinds(), wire.UpMany) {
		m, sealed, used := all[k], "no", "yes"
		if k.Of().Sealed {
			sealed = "yes"
		}
		if m.Unused || f.Config.HQ.Broker == "" {
			used = "not used"
		}
		s.Table = append(s.Table, []string{string(k), m.Whose, m.Fields, m.Purpose, m.Basis, sealed, used})
	}
	return s
}
