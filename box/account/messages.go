package account

import "foyer/sync/wire"

// A message is what a kind of the contract with headquarters carries. Unused
// kinds are part of the contract and neither sent nor taken by this version.
type message struct {
	Whose, Fields, Purpose, Basis string
	Unused                        bool
}

// messages says it of every kind there is.
func messages() map[wire.Kind]message {
	const (
		hers, staff, both, nobody   = "customers", "staff", "customers and staff", "nobody"
		consent, law, work, running = "consent", "legal obligation", "employment", "legitimate interest: running the store"
	)
	return map[wire.Kind]message{
		wire.DownConfig:      {nobody, "settings", "run the store's box", running, false},
		wire.DownPolicy:      {nobody, "the discretion table", "decide what an associate may see", running, false},
		wire.DownShadow:      {nobody, "a discretion table to be tried", "know what it would change before it is in force", running, false},
		wire.DownPlan:        {nobody, "floor plan, access points", "locate", running, false},
		wire.DownContent:     {nobody, "what the store tells everybody", "the customers' page", running, false},
		wire.DownNotice:      {nobody, "the legal text, by language and version", "inform", law, false},
		wire.DownGuidance:    {nobody, "lines of conversation", "the associates' cards", running, true},
		wire.DownRevocations: {nobody, "certificates and devices that no longer hold", "security", running, false},
		wire.DownFirmware:    {nobody, "a pointer to a release", "update", running, false},
		wire.DownRoster:      {staff, "name, role, tier, department, skills, languages", "who may be asked", work, false},
		wire.DownSchedule:    {staff, "shifts", "who may be asked, and when", work, false},
		wire.DownProfile:     {hers, "everything of profiles.db/profiles but notes and appointments, and her consents", "serve her in the store", consent, false},
		wire.DownConsent:     {hers, "pseudonym, her word on one purpose", "respect what she said elsewhere", law, false},
		wire.DownErase:       {hers, "pseudonym, the reference of an erasure", "forget her", law, false},
		wire.DownGeofence:    {hers, "pseudonym, entered or left, when", "expect her", consent, false},
		wire.DownKeyshare:    {nobody, "headquarters' part of a key", "security", running, false},
		wire.DownInvitation:  {hers, "pseudonym, SHA-256 of a code, expiry", "first opt-in", consent, false},
		wire.DownCertificate: {nobody, "a certificate", "security", running, false},
		wire.DownSnapshot:    {both, "many of the above at once", "begin a store anew", running, false},
		wire.DownAck:         {nobody, "numbers of events, the time", "let the box forget what headquarters has", running, false},
		wire.UpVisit:         {hers, "pseudonym, visit, quarter hour of beginning and end; only with her consent history_store", "the chain's history of her visits", consent, false},
		wire.UpOffer:         {staff, "visit, associate, her answer, which ring; of visits that are reported only", "improve whom the box asks", consent, false},
		wire.UpConsent:       {hers, "pseudonym, her word on one purpose with its receipt", "respect it everywhere", law, false},
		wire.UpErase:         {hers, "pseudonym, who asked, when, the reference of the erasure", "forget her everywhere", law, false},
		wire.UpNote:          {both, "a note about her, its author, the day, whether she objects; sent when it is written or changed, when she objects or takes that back", "keep notes with her profile", consent, false},
		wire.UpCorrection:    {hers, "pseudonym, what she hid, or corrected and how, whom of the staff she wants and does not want, how far her purchases reach, that a note was removed, or which visit is to be forgotten", "hold to it everywhere", law, false},
		wire.UpAccess:        {both, "pseudonym, quarter hour, associate, role, relation, identifiers of what was shown, the code of a reason; of visits that are reported only, and, to the day and without its visit, of what she contests", "account for who saw what", law, false},
		wire.UpAppointment:   {both, "pseudonym, associate, time, state", "keep appointments", consent, false},
		wire.UpFeedback:      {hers, "pseudonym, visit, one of three answers; of visits that are reported only", "learn how a visit was", consent, false},
		wire.UpRota:          {staff, "associate, a day and its shifts, or who stands in for her; the manager who changed it", "let headquarters know what was changed in the store", work, false},
		wire.UpPlan:          {staff, "floor plan, access points; the manager who put it in use", "let headquarters know what was drawn in the store", running, false},
		wire.UpShadow:        {nobody, "how many items of cards a tried table would decide otherwise, by case; none met on fewer than five cards", "know what a table would change before it is in force", running, false},
		wire.UpMany:          {both, "several events of these kinds, each sealed by itself", "send together what waits", running, false},
		wire.UpApplied:       {nobody, "kind and revision", "know what is in force", running, false},
		wire.UpRejected:      {nobody, "kind, revision and a reason that names places only", "know what was refused", running, false},
		wire.UpResync:        {hers, "revisions, or the pseudonym of one whose visit is reported and whom the box holds no longer", "have everything again, or her", running, false},
		wire.UpCSR:           {nobody, "a request for a certificate", "security", running, false},
		wire.UpState:         {nobody, "link, version, backlog, warnings by code, refused messages by cause, number and hash of the ledger's newest row", "know how the box is", running, false},
	}
}
