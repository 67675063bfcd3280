package policy

import "foyer/floor"

// A Fact is a kind of what a profile holds besides purchases and notes. It
// marshals as its name, for example "stated_size".
type Fact uint8

// The kinds of facts. The first three are never shown to anybody.
const (
	FactSpend         Fact = iota // spend, tier, value score
	FactContact                   // contact data
	FactBrowsing                  // browsing, searches, basket
	FactAddress                   // form of address, pronunciation, language
	FactInStore                   // that she is in the store
	FactZone                      // the name of her zone, until she is greeted
	FactPhoto                     // the one she uploaded for this, until she is greeted
	FactStatedForAll              // a stated preference, for whoever serves her
	FactStatedForMine             // a stated preference, for her associates
	FactStatedSize
	FactDerivedSize // a size worked out from purchases
	FactServiceWish // quiet, step-free, a chair, let me browse
	FactServiceItem // alteration ready, order to collect, appointment today
	FactWishlist    // Audience is her setting for online; Sensitivity the item's
	FactOccasion    // birthday, family; Audience open if she chose to share it
	FactVisits      // the days she came; Own for a visit with the viewer
	FactAssociates  // a preferred associate's name; Own for the one covered for
	facts
)

func factNames() []string {
	return []string{"spend", "contact", "browsing", "address", "in_store", "zone", "photo",
		"stated_for_all", "stated_for_mine", "stated_size", "derived_size", "service_wish",
		"service_item", "wishlist", "occasion", "visits", "associates"}
}

// String returns the kind's name.
func (k Fact) String() string { return name(factNames(), k) }

// outcome is one cell of a compiled table.
type outcome struct {
	disclosure Disclosure
	speak      Speak
}

// row is a line of the table of facts: a cell for each relation from none to
// manager.
type row [5]outcome

// factRow is the table of facts, before its parameters.
func factRow(k Fact) row {
	no, fullBg := outcome{}, outcome{Full, Background}
	fullMay, fullAsk := outcome{Full, MayMention}, outcome{Full, AskFirst}
	switch k { //            none, substitute, served, preferred, manager
	case FactAddress:
		return row{no, fullMay, fullMay, fullMay, fullBg}
	case FactInStore, FactZone:
		return row{no, fullBg, fullBg, fullBg, fullBg}
	case FactPhoto:
		return row{no, fullBg, fullBg, fullBg, no}
	case FactStatedForAll:
		return row{no, fullMay, fullMay, fullMay, no}
	case FactStatedForMine:
		return row{no, no, outcome{AsHint, Background}, fullMay, no}
	case FactStatedSize:
		return row{no, fullAsk, fullBg, fullMay, no}
	case FactDerivedSize:
		return row{no, no, outcome{AsHint, AskFirst}, outcome{AsHint, Background}, no}
	case FactServiceWish:
		return row{no, fullBg, fullBg, fullBg, fullBg}
	case FactServiceItem:
		return row{no, fullMay, fullMay, fullMay, fullBg}
	case FactWishlist:
		return row{no, no, outcome{AsHint, Background}, fullBg, no}
	case FactOccasion:
		return row{no, no, no, fullAsk, no}
	case FactVisits:
		return row{no, no, fullBg, fullBg, no}
	case FactAssociates:
		return row{no, fullMay, fullMay, fullMay, fullMay}
	}
	return row{} // spend, contact, browsing: floor F7
}

// DecideFact returns how much of a fact of the profile the viewer sees. Of
// the purchase's fields it reads only Audience and Sensitivity, and those
// only where the kind says so.
func DecideFact(k Fact, f Facts) Decision {
	if k >= facts {
		return Decision{LimitedBy: "F7", Obligations: Log}
	}
	d := Decision{Rule: k.String()}
	by := f.closed()
	if by == "" {
		cell := factRow(k)[f.Relation]
		d.Disclosure, d.Speak = cell.disclosure, cell.speak
		by = k.parameter(f, &d)
	}
	if by == "" && k <= FactBrowsing {
		by = "F7"
	}
	if by != "" {
		d.withhold(by)
	}
	d.tier(f, k.stated(), k.meeting(), k == FactDerivedSize || k == FactWishlist || k == FactStatedForMine)
	d = d.shown()
	if d.Disclosure > Withhold && k == FactPhoto {
		d.Obligations |= UntilGreeted
	}
	if d.Disclosure == AsHint && k != FactStatedForMine {
		d.Obligations |= Aggregate
	}
	if d.Disclosure == AsHint && k == FactWishlist {
		d.Advice |= G08
	}
	return d
}

// parameter applies what a cell of the table depends on besides the relation,
// and returns what withholds, or "".
func (k Fact) parameter(f Facts, d *Decision) string {
	manager := f.Relation == RelationManager
	switch {
	case (k == FactInStore || k == FactZone) && manager && !f.Unattended:
		return "attended" // a manager runs the floor by counts
	case (k == FactZone || k == FactPhoto) && f.Greeted:
		return "greeted"
	case k == FactVisits && !f.Own, k == FactAssociates && f.Relation == RelationSubstitute && !f.Own:
		return "own"
	case k == FactOccasion && f.Audience != AudienceOpen:
		return "audience"
	case k == FactWishlist:
		return f.wishlist(d)
	}
	return ""
}

// wishlist is the one cell that depends on the audience for online.
func (f Facts) wishlist(d *Decision) string {
	preferred := f.Relation == RelationPreferred
	switch {
	case f.Sensitivity == SensitivitySpecial || f.Sensitivity > SensitivityOrdinary:
		return "F2"
	case f.Sensitivity == SensitivityGift:
		return "F6"
	case f.Audience == AudienceOpen:
	case f.Audience == AudienceDefault && preferred:
		d.limit(AsHint, Background, "audience")
	default:
		return "audience"
	}
	return ""
}

// stated kinds are what the customer said herself and what she came for:
// even an untrained associate has them (floor F10).
func (k Fact) stated() bool {
	switch k {
	case FactStatedForAll, FactStatedForMine, FactStatedSize, FactServiceWish, FactServiceItem:
		return true
	}
	return false
}

// meeting kinds are what it takes to find her and greet her. A cap is on what
// is known about her, so it does not reach them.
func (k Fact) meeting() bool {
	switch k {
	case FactAddress, FactInStore, FactZone, FactAssociates:
		return true
	}
	return false
}

// tier applies floor F10 and the lease to what is not a purchase. What cannot
// be a hint is withheld under a cap at hint.
func (d *Decision) tier(f Facts, stated, meeting, hintable bool) {
	trained := f.trained()
	if !trained && !stated {
		d.withhold("F10")
	}
	if f.Tier != floor.TierStandard {
		d.limit(Full, AskFirst, "F10")
	}
	capped := f.Tier == floor.TierRestricted || f.Stale
	if !capped || stated || meeting || d.Disclosure == Withhold {
		return
	}
	by := "F10"
	if f.Tier == floor.TierStandard {
		by = "lease"
	}
	if !hintable {
		d.withhold(by)
		return
	}
	d.limit(AsHint, Background, by)
}

// shown adds what goes with a decision about anything but a purchase.
func (d Decision) shown() Decision {
	d.Obligations |= Log
	if d.Disclosure == Withhold {
		return d
	}
	d.Obligations |= Expire | NoLockscreen
	if d.Disclosure == AsHint {
		d.Advice |= G05
	}
	if d.Speak == AskFirst {
		d.Advice |= G06
	}
	return d
}
