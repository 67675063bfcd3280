package account

import "fmt"

func measures(f Facts) Section {
	return Section{Title: "Technical and organisational measures", Text: []string{
		"TLS 1.3 on every listener and to headquarters, there with certificates on both sides. Values about people are sealed with XChaCha20-Poly1305 under a " +
			"data key of each person's own; the root key: " + rootKey(f.Config).says() + ".",
		"An erasure destroys her key, makes the key-encryption key anew and rewrites what is left of the files.",
		"Associates sign on by PIN on paired devices, within a shift. A card is written into the ledger before it is shown, and the ledger is chained by hashes.",
		fmt.Sprintf("Without a word of headquarters for %s, cards show no more than hints.", span(f.Rules.Unheard)),
		"Logs and metrics name no person and no hardware address.",
		"What a copy of the disk would open: foyer breach-scope.",
	}}
}

// assessment is the annex for the chain's own impact assessment: what can go
// wrong for people, what stands against it, and which test of the program
// would fail without that.
func assessment() Section {
	return Section{Title: "Annex: for the impact assessment (Article 35)", Text: []string{
		"The program's part. Necessity, proportionality, and what the chain does with the result are the chain's to assess.",
		"Floors F1 to F10 are compiled in: headquarters' table can be stricter and never looser."},
		Table: [][]string{{"risk to people", "what stands against it", "held by the test"},
			{"people who did not opt in are tracked", "dropped in the first package that meets them, no hash kept", "radio.TestCanary"},
			{"a customer is noticed against her will", "asked at each visit unless she chose otherwise; told first", "concierge.TestSheIsAskedFirst"},
			{"what was withdrawn goes on", "a withdrawal works at once, without headquarters, and wins over what is stale", "profile.TestWithdrawalWins"},
			{"F1: an associate knows before she announces herself, or without consent", "nothing, not even that she is here", "policy.TestFloorsHoldAgainstAHostileTable"},
			{"F2: purchases that betray health, religion or sex life", "dropped when they arrive, withheld from everybody", "profile.TestSpecialIsDroppedAndCounted"},
			{"F3: what she hid is shown", "withheld, feeds no hint", "policy.TestFloorsHoldAgainstAHostileTable"},
			{"F4: somebody she does not want serves her", "leaves routing, sees nothing, is not told why", "policy.TestFloorsHoldAgainstAHostileTable"},
			{"F5: a colleague without relation looks her up", "there is nothing to see and nothing to search", "web.TestEveryRouteForEveryAssociate"},
			{"F6: a gift is spoilt", "its receiver is never shown, and it feeds no hint", "policy.TestFloorsHoldAgainstAHostileTable"},
			{"F7, F8: browsing, spend, contact data, faces", "the types have no room for them", "sync/wire.TestProfileIsAnAllowList"},
			{"F9: headquarters' table is lost or forged", "the last good one, else a strict one", "policy.TestEveryCaseOfTheFullTable"},
			{"F10: an untrained associate", "stated preferences, services and hand-off only", "policy.TestFloorsHoldAgainstAHostileTable"},
			{"nobody knows who looked", "no card without its row in the ledger, on the disk first", "concierge.TestNoLedgerNoCard"},
			{"forgotten and still there", "keys shredded, files rewritten, raw bytes searched", "vault.TestShredLeavesNothing"},
			{"the box is stolen", "values sealed; after a week without headquarters hints only", "box.TestAfterASilentWeekCardsShowHints"},
			{"associates are watched", "no position of staff, no reason of an absence", "web/guest.TestPresenceNeverSaysWhy"},
		}}
}

// staff is what the chain hangs where its staff reads it.
func staff(f Facts) Section {
	text := []string{
		"For those who work in the store " + f.Config.Store.Name + ". Your employer is the controller.",
		"What the box knows of you: your first name, role, tier, department, skills and languages, as headquarters sent them; your shifts; that you are signed on, " +
			"on which paired device, and whether you said you are free, busy or away; how often you were asked in this shift, in memory; whom you served and when (24 months); what you were shown of whom " +
			"(13 months, then the month goes whole); a salted hash of your PIN, and wrong tries.",
		"What it does not know: where you are. Staff phones are never located; a zone is your department or what you tapped. Why you are away is nowhere in it.",
		"What customers see of you: your first name, and whether you are in, busy or in later. Never why not. What you were shown of a customer she can read.",
		"It makes no report on how you move, and none on how you work beyond the answers to offers that a customer lets be reported.",
	}
	if f.Config.HQ.Broker != "" {
		text = append(text, "Headquarters hears how an offer was answered and by whom, and which cards were shown, only of visits whose customer lets them be kept.")
	}
	return Section{Title: "Annex: notice for the staff (Article 13)", Text: append(text,
		"You may see, correct and object to what is kept of you: ask your manager or the data protection officer.")}
}
