package rehearsal

import (
	"time"

	"foyer/floor"
	"foyer/sync/wire"
)

// NoticeVersion is the version of the legal text that the made-up customers
// were shown.
const NoticeVersion = "2026-11"

// person is how somebody is addressed.
type person struct{ form, say, languages string }

// surnames returns common ones of many countries; they mean nobody.
func surnames() []person {
	return []person{
		{"Ms. Keller", "KEL-er", "en de"}, {"Mr. Okafor", "oh-KAH-for", "en"}, {"Ms. Lindqvist", "LIND-kvist", "sv en"},
		{"Ms. Adler", "AHD-ler", "de"}, {"Mr. Moreau", "mo-ROH", "fr en"}, {"Ms. Novák", "NO-vahk", "cs de"},
		{"Ms. Szabó", "SAH-boh", "hu de"}, {"Mr. Rossi", "ROSS-ee", "it de"}, {"Ms. Jovanović", "yo-VAH-no-vich", "sr de"},
		{"Ms. van Dijk", "fahn DIKE", "nl en"}, {"Mr. Nowak", "NO-vahk", "pl en"}, {"Ms. Ferreira", "feh-RAY-rah", "pt en"},
		{"Ms. Haugen", "HOW-gen", "nb en"}, {"Mr. Papadakis", "pah-pah-DAH-kis", "el en"}, {"Ms. Horvat", "HOR-vaht", "hr de"},
		{"Ms. Yılmaz", "YIL-mahz", "tr de"}, {"Mr. Bauer", "BOW-er", "de"}, {"Ms. Dubois", "doo-BWAH", "fr"},
		{"Ms. Kowalska", "ko-VAHL-skah", "pl de"}, {"Mr. Nielsen", "NEEL-sen", "da en"}, {"Ms. García", "gar-SEE-ah", "es en"},
		{"Ms. Virtanen", "VEER-tah-nen", "fi en"}, {"Mr. Murphy", "MUR-fee", "en"}, {"Ms. Popescu", "po-PES-koo", "ro de"},
		{"Ms. Weiss", "VICE", "de en"}, {"Mr. Dvořák", "DVOR-zhahk", "cs de"}, {"Ms. Costa", "KOSH-tah", "pt en"},
		{"Ms. Nguyen", "NWIN", "de en"}, {"Mr. Huber", "HOO-ber", "de"}, {"Ms. Marchetti", "mar-KET-ee", "it"},
		{"Ms. O'Brien", "oh-BRY-en", "en"}, {"Mr. Janssen", "YAHN-sen", "nl de"}, {"Ms. Krüger", "KREW-ger", "de"},
		{"Ms. Eriksen", "EH-rik-sen", "nb en"}, {"Mr. Fischer", "FISH-er", "de en"}, {"Ms. Tanaka", "tah-NAH-kah", "en"},
		{"Ms. Laurent", "loh-RAHN", "fr en"}, {"Mr. Petrov", "pet-ROFF", "bg en"}, {"Ms. Zimmermann", "TSIM-er-mahn", "de"},
		{"Ms. Almeida", "al-MAY-dah", "pt en"}, {"Mr. Hansen", "HAHN-sen", "da en"}, {"Ms. Wolf", "VOLF", "de en"},
		{"Ms. Kaya", "KAH-yah", "tr de"}, {"Mr. Steiner", "SHTY-ner", "de"}, {"Ms. Byrne", "BURN", "en"},
		{"Ms. Molnár", "MOHL-nahr", "hu de"}, {"Mr. Ricci", "REE-chee", "it en"}, {"Ms. Andersson", "AN-der-shon", "sv en"},
		{"Ms. Pichler", "PEEKH-ler", "de"}, {"Mr. Mensah", "MEN-sah", "en"}, {"Ms. Vogel", "FOH-gel", "de en"},
		{"Ms. Delacroix", "deh-lah-KRWAH", "fr"}, {"Mr. Kovač", "KO-vahch", "sl de"}, {"Ms. Christou", "KHREES-too", "el en"},
		{"Ms. Lehner", "LAY-ner", "de"}, {"Mr. Jansen", "YAHN-sen", "nl en"}, {"Ms. Sørensen", "SUR-en-sen", "da de"},
		{"Ms. Ivanova", "ee-vah-NO-vah", "bg de"}, {"Mr. Schuster", "SHOO-ster", "de"}, {"Ms. Torres", "TOR-res", "es en"},
	}
}

// roster returns the staff: one in each department, one of each tier that is
// not standard, and the duty manager.
func roster() wire.Roster {
	who := func(id, name string, tier floor.Tier, department floor.ZoneID, skills []string, languages ...string) wire.Associate {
		return wire.Associate{ID: id, Name: name, Role: floor.RoleAssociate, Tier: tier, Department: department,
			Skills: skills, Languages: languages}
	}
	manager := who("vera", "Vera", floor.TierStandard, "hall", nil, "de", "en", "fr")
	manager.Role = floor.RoleManager
	return wire.Roster{Associates: []wire.Associate{
		who("ana", "Ana", floor.TierStandard, "shoes", []string{"shoes", "fitting"}, "de", "en", "hr"),
		who("marc", "Marc", floor.TierStandard, "handbags", []string{"handbags", "watches"}, "de", "fr", "en"),
		who("jonas", "Jonas", floor.TierStandard, "tailoring", []string{"suits", "alterations"}, "de", "en"),
		who("leila", "Leila", floor.TierStandard, "women", []string{"dresses", "coats", "knitwear"}, "de", "en", "tr"),
		who("tomas", "Tomáš", floor.TierStandard, "watches", []string{"watches", "repair"}, "cs", "de"),
		who("ines", "Inês", floor.TierRestricted, "beauty", []string{"beauty"}, "pt", "de", "en"),
		who("paul", "Paul", floor.TierUntrained, "women", []string{"knitwear"}, "de", "en"),
		manager,
	}}
}

// schedule returns two weeks of shifts from the day of opening: most work the
// morning and early afternoon, two come at one o'clock, everybody has a day
// off in the week, and nobody works on Sundays.
func schedule(opens time.Time) wire.Schedule {
	var s wire.Schedule
	for day := range 14 {
		at := func(hour, minute int) time.Time {
			return time.Date(opens.Year(), opens.Month(), opens.Day()+day, hour, minute, 0, 0, opens.Location())
		}
		if at(12, 0).Weekday() == time.Sunday {
			continue
		}
		for i, a := range roster().Associates {
			late := a.ID == "tomas" || a.ID == "ines"
			switch off := (day+i)%7 == 6 && a.Role != floor.RoleManager; {
			case off && day > 0: // on the day itself everybody comes
			case late:
				s.Shifts = append(s.Shifts, wire.Shift{Associate: a.ID, From: at(13, 0), To: at(20, 0)})
			default:
				s.Shifts = append(s.Shifts, wire.Shift{Associate: a.ID, From: at(9, 30), To: at(18, 0)})
			}
		}
	}
	return s
}

// content returns the feed: arrivals, events of the coming days and trends.
func content(opens time.Time) wire.Content {
	day := func(days, hour int) time.Time {
		return time.Date(opens.Year(), opens.Month(), opens.Day()+days, hour, 0, 0, 0, opens.Location())
	}
	return wire.Content{Items: []wire.ContentItem{
		{ID: "coats-wool", Kind: "new_arrival", Title: "Coats in boiled wool", Text: "Made to be worn open, in moss, ink and sand.", Place: "Women", Interests: []string{"coats"}},
		{ID: "loafers", Kind: "new_arrival", Title: "Loafers from one last", Text: "Three leathers, sizes 35 to 43, half sizes too.", Place: "Shoes", Interests: []string{"shoes"}},
		{ID: "small-bags", Kind: "new_arrival", Title: "Small bags that hold a book", Text: "Structured, with a strap that comes off.", Place: "Handbags", Interests: []string{"handbags"}},
		{ID: "field-watches", Kind: "new_arrival", Title: "Field watches, 36 and 38 mm", Text: "Hand-wound; straps are changed while you wait.", Place: "Watches", Interests: []string{"watches"}},
		{ID: "tea-alterations", Kind: "event", Title: "Tea with our alterations desk", Text: "Bring something you love and no longer wear.", When: day(0, 16), Place: "Café", Interests: []string{"alterations"}},
		{ID: "shoe-care", Kind: "event", Title: "An hour of shoe care", Text: "Brushes, wax and patience. Places for twelve.", When: day(2, 17), Place: "Shoes", Interests: []string{"shoes"}},
		{ID: "measured", Kind: "event", Title: "Measured by hand", Text: "Our tailors take measures for the spring cloths.", When: day(5, 11), Place: "Tailoring", Interests: []string{"tailoring"}},
		{ID: "moss-ink", Kind: "trend", Title: "Three ways with moss and ink", Text: "One coat, one knit, one scarf.", Interests: []string{"coats", "knitwear"}},
		{ID: "bare-face", Kind: "trend", Title: "Less on the skin", Text: "Fewer products, used well.", Interests: []string{"beauty"}},
	}}
}
