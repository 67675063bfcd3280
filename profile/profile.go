package profile

import (
	"log/slog"
	"slices"
	"time"

	"foyer/floor"
)

// A Profile is what the box knows about one customer. Lists keep the order in
// which they were given.
type Profile struct {
	Customer     floor.Customer
	Form         string   // form of address, "Ms. Keller"
	Say          string   // how the name is pronounced
	Languages    []string // BCP 47, the best first
	Style        ServiceStyle
	Visibility   Visibility
	Preferred    []floor.AssociateID // her associates, the dearest first
	Blocked      []floor.AssociateID // never to be sent to her
	Stated       []StatedPreference
	Services     []ServiceItem
	Wishes       []string // service wishes: quiet, step-free, chair
	Purchases    []Purchase
	Audience     Audiences
	Notes        []Note
	Corrected    []Correction // of Stated, made here
	Interests    []string     // kinds of content she asked for
	Appointments []Appointment
	Rev          uint64              // HQ's revision that was last applied; 0 if made here
	FromHQ       Visibility          // what that revision said; hers may have changed here since
	Named        []floor.AssociateID // likewise, of her associates
	Barred       []floor.AssociateID // likewise, of those she blocks
	Sent         Audiences           // likewise, of how far purchases reach; "" where it was not looked at
	Choices      []Choice            // of associates, made here and not heard back from headquarters, the newest last
	NotToday     time.Time           // when she last said so here; zero: never
	Home         string              // her own store; empty: headquarters names none
	Seen         time.Time           // the day of her last visit that may be kept, or when headquarters first sent her
	Priority     uint8               // headquarters' service priority, 0 to 3: for the order of those who wait only
	Covers       CoverWish           // whether a colleague of hers may stand in, as she says on this store's page
	Expected     time.Time           // the day on which she was fetched because she came near; zero: she was not
	Slim         bool                // she is not bound to this store: only her settings are here
	Hid          []string            // of purchases she hid here, while they are not here
	Settled      []Settlement        // of her objections
}

// New returns the profile of a customer of whom nothing is known yet: she is
// asked at each visit, and audiences stand at their defaults.
func New(c floor.Customer) Profile {
	return Profile{Customer: c}.normal()
}

// String returns a text that identifies nobody.
func (p Profile) String() string { return "profile of " + p.Customer.String() }

// LogValue returns a text that identifies nobody.
func (p Profile) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Staff are the associates that her profile names, some more than once.
func (p Profile) Staff() []floor.AssociateID {
	all := slices.Concat(p.Preferred, p.Blocked, p.Named, p.Barred)
	for _, c := range p.Choices {
		all = slices.Concat(all, c.Preferred, c.Blocked)
	}
	for _, b := range p.Purchases {
		all = append(all, b.Seller)
	}
	for _, n := range p.Notes {
		all = append(all, n.Author)
	}
	for _, a := range p.Appointments {
		all = append(all, a.With)
	}
	return slices.DeleteFunc(all, func(a floor.AssociateID) bool { return !a.Valid() })
}

// ServiceStyle is how she wishes to be served.
type ServiceStyle string

// The service styles.
const (
	ApproachMe  ServiceStyle = "approach_me"   // whoever is free and suits
	OnlyMine    ServiceStyle = "only_mine"     // her own associates or nobody
	LetMeBrowse ServiceStyle = "let_me_browse" // nobody, until she asks
)

// Visibility is when an associate may learn that she is here.
type Visibility string

// The visibility modes; AskEachVisit is the default.
const (
	Automatic    Visibility = "automatic"
	AskEachVisit Visibility = "ask_each_visit"
	Invisible    Visibility = "invisible"
)

// Audience is how far a class of purchases may reach.
type Audience string

// The audiences.
const (
	AudienceClosed  Audience = "closed"
	AudienceDefault Audience = "default"
	AudienceOpen    Audience = "open"
)

// Audiences are her settings for each class of purchases.
type Audiences struct {
	Store       Audience // bought in this store
	OtherStores Audience // bought in another store of the chain
	Online      Audience
}

// PreferenceKind sorts what she stated.
type PreferenceKind string

// The kinds of stated preferences.
const (
	Preference PreferenceKind = "preference"
	Size       PreferenceKind = "size"
	Occasion   PreferenceKind = "occasion" // a birthday, a wedding
)

// StatedAudience is whom she stated something for.
type StatedAudience string

// The audiences of a stated preference; ForMine is the default.
const (
	ForAnyone StatedAudience = "anyone" // whoever serves her
	ForMine   StatedAudience = "mine"   // her own associates
)

// A StatedPreference is something she said herself, for an audience she chose.
type StatedPreference struct {
	ID       string
	Kind     PreferenceKind
	Text     string
	Audience StatedAudience
}

// A ServiceItem is something that waits for her in this store: an alteration,
// an order to collect, a repair.
type ServiceItem struct {
	ID    string
	Text  string
	Until time.Time // zero: until HQ removes it
}

// Sensitivity is how a purchase must be handled.
type Sensitivity string

// The sensitivities. Special purchases (from which health, religion or sex
// life could be inferred) are dropped when they arrive.
const (
	Ordinary Sensitivity = "ordinary"
	Personal Sensitivity = "personal"
	Gift     Sensitivity = "gift"
	Special  Sensitivity = "special"
)

// A Purchase is one thing she bought. It has no price and no order number.
type Purchase struct {
	ID          string
	At          time.Time
	Store       string            // empty: online
	Seller      floor.AssociateID // not valid: nobody assisted
	Category    string
	Text        string
	Colour      string
	Sensitivity Sensitivity
	Hidden      bool // by her
	HiddenHere  bool // on this box's page, and headquarters does not say so yet
}

// A CoverWish is whether colleagues whom her associates trust may stand in.
type CoverWish string

// The wishes. Without one a colleague is asked when she asks for somebody, and
// not when she merely arrives.
const (
	CoversAsked   CoverWish = ""
	CoversWelcome CoverWish = "welcome"
	CoversNever   CoverWish = "never"
)

// An Appointment is a time with an associate, asked for or agreed.
type Appointment struct {
	ID    string
	At    time.Time
	For   time.Duration // zero in what is older than that: an hour
	With  floor.AssociateID
	Topic string
	State AppointmentState
}

// Until returns when an appointment ends.
func (a Appointment) Until() time.Time {
	if a.For <= 0 {
		return a.At.Add(time.Hour)
	}
	return a.At.Add(a.For)
}

// Open reports whether an appointment is still to happen, as far as its state
// says so.
func (a Appointment) Open() bool { return a.State != Cancelled && a.State != Declined }

// AppointmentState is where an appointment stands.
type AppointmentState string

// The states of an appointment.
const (
	Requested AppointmentState = "requested"
	Confirmed AppointmentState = "confirmed"
	Moved     AppointmentState = "moved"
	Declined  AppointmentState = "declined"
	Cancelled AppointmentState = "cancelled"
	Covered   AppointmentState = "covered"
)
