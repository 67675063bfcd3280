package rehearsal

import (
	"fmt"
	"time"

	"foyer/sync/wire"
)

// good is something that the store sells.
type good struct{ category, text, colour string }

// sensitivities returns them in the order in which purchases run through them: most are
// ordinary, and each other kind meets every channel, seller and age.
func sensitivities() [8]string {
	return [...]string{"ordinary", "personal", "ordinary", "gift", "ordinary", "ordinary", "special", "ordinary"}
}

// goods returns what is sold of a sensitivity. Special goods let somebody guess
// what is nobody's business; the box is to drop them when they arrive.
func goods(sensitivity string) []good {
	switch sensitivity {
	case "personal":
		return []good{
			{"lingerie", "Fitted bra", "rose"}, {"lingerie", "Silk slip", "ivory"}, {"swimwear", "Swimsuit, long line", "navy"},
			{"alterations", "Evening dress, shoulder taken in", "black"}, {"alterations", "Trousers let out at the waist", "grey"},
			{"beauty", "Night cream, dry skin", ""}, {"beauty", "Foundation, shade 3", ""},
		}
	case "gift":
		return []good{
			{"scarves", "Silk scarf, gift wrapped", "green"}, {"watches", "Pocket watch, gift wrapped", "silver"},
			{"handbags", "Evening clutch, gift wrapped", "gold"}, {"home", "Set of tumblers from a wedding list", ""},
		}
	case "special":
		return []good{
			{"maternity", "Maternity jeans", "blue"}, {"lingerie-medical", "Post-surgical bra", "nude"},
			{"wigs", "Wig, fitted", "auburn"}, {"religious", "Prayer shawl", "white"},
		}
	}
	return []good{
		{"shoes", "Loafers, 38", "cognac"}, {"shoes", "Ankle boots, 38", "black"}, {"shoes", "Derby shoes, 43", "brown"},
		{"shoes", "Canvas trainers", "white"}, {"handbags", "Structured handbag", "navy"}, {"handbags", "Small shoulder bag", "grey"},
		{"handbags", "Leather tote", "tan"}, {"coats", "Boiled wool coat", "moss"}, {"coats", "Trench coat", "sand"},
		{"knitwear", "Merino rollneck", "ink"}, {"knitwear", "Cashmere cardigan", "oatmeal"}, {"dresses", "Wrap dress", "burgundy"},
		{"dresses", "Linen shirt dress", "ecru"}, {"suits", "Two-button suit, 50", "navy"}, {"suits", "Odd jacket, 98", "grey"},
		{"watches", "Field watch, 38 mm", "steel"}, {"watches", "Dress watch", "gold"}, {"scarves", "Wool scarf", "grey"},
		{"scarves", "Silk carré", "blue"}, {"gloves", "Lined gloves, 7", "black"},
	}
}

// otherStores returns stores of the same chain.
func otherStores() []string { return []string{"lindenhof", "hafen", "karlstor"} }

// interests returns what customers name and content is marked with.
func interests() []string {
	return []string{"shoes", "handbags", "coats", "knitwear", "tailoring", "watches", "beauty", "alterations"}
}

// purchases gives a profile four to seven purchases.
func (m *maker) purchases(p *wire.Profile) {
	for range 4 + m.r.IntN(4) {
		p.Purchases = append(p.Purchases, m.purchase(p))
	}
}

// purchase runs through all combinations of sensitivity, channel, seller and
// age, one after the other, so that each occurs.
func (m *maker) purchase(p *wire.Profile) wire.Purchase {
	n := m.counter
	m.counter++
	sensitivity := sensitivities()[n%8]
	g := pick(m.r, goods(sensitivity))
	out := wire.Purchase{
		ID:          fmt.Sprintf("pu-%04d", n),
		At:          m.o.Opens.Add(-m.age((n / 72) % 3)),
		Category:    g.category,
		Text:        g.text,
		Colour:      g.colour,
		Sensitivity: sensitivity,
		Hidden:      m.r.Float64() < 0.04,
	}
	switch (n / 8) % 3 {
	case 0:
		out.Store = m.o.Store
	case 1:
		out.Store = pick(m.r, otherStores())
	}
	switch (n / 24) % 3 {
	case 0:
		out.Seller = p.Preferred[0]
	case 1:
		out.Seller = m.notIn(p.Preferred)
	}
	return out
}

// age returns how long ago: fresh (under 14 days), recent (under 24 months) or
// old.
func (m *maker) age(class int) time.Duration {
	const day = 24 * time.Hour
	days := [...][2]int{{15, 700}, {1, 13}, {740, 1500}}[class]
	return time.Duration(days[0]+m.r.IntN(days[1]-days[0]))*day + time.Duration(m.r.IntN(8))*time.Hour
}

// stated gives a profile what she told the chain herself, for anybody who
// serves her or for her associates only, and what she comes for.
func (m *maker) stated(p *wire.Profile, i int) {
	if i == 0 {
		p.Stated = []wire.StatedPreference{
			{ID: "sp-0-1", Kind: "preference", Text: "Prefers flat heels", Audience: "anyone"},
			{ID: "sp-0-2", Kind: "size", Text: "Shoe size 38", Audience: "anyone"},
			{ID: "sp-0-3", Kind: "preference", Text: "Decides on the second visit", Audience: "mine"},
		}
		p.Services = []wire.ServiceItem{{ID: "si-0", Text: "Alteration ready: navy coat", Until: m.o.Opens.Add(14 * 24 * time.Hour)}}
		p.Wishes = []string{"likes to look around first"}
		return
	}
	for j := range 1 + m.r.IntN(3) {
		s := pick(m.r, preferences())
		s.ID = fmt.Sprintf("sp-%d-%d", i, j+1)
		s.Audience = pick(m.r, []string{"anyone", "mine"})
		p.Stated = append(p.Stated, s)
	}
	if m.r.Float64() < 0.3 {
		p.Services = []wire.ServiceItem{{ID: fmt.Sprintf("si-%d", i), Text: pick(m.r, services()),
			Until: m.o.Opens.Add(time.Duration(3+m.r.IntN(20)) * 24 * time.Hour)}}
	}
	if m.r.Float64() < 0.4 {
		p.Wishes = []string{pick(m.r, wishes())}
	}
}

func preferences() []wire.StatedPreference {
	return []wire.StatedPreference{
		{Kind: "preference", Text: "Natural fibres only"},
		{Kind: "preference", Text: "Never leather"},
		{Kind: "preference", Text: "Dark colours"},
		{Kind: "preference", Text: "Nothing with a logo"},
		{Kind: "preference", Text: "Prefers to try on alone"},
		{Kind: "preference", Text: "Shown three things, not ten"},
		{Kind: "size", Text: "Shoe size 41, wide"},
		{Kind: "size", Text: "Jacket 52, long sleeve"},
		{Kind: "size", Text: "Dress 40"},
		{Kind: "occasion", Text: "A wedding in June"},
		{Kind: "occasion", Text: "A new post in January"},
	}
}

func services() []string {
	return []string{
		"Alteration ready: grey trousers", "Repair ready: watch strap", "Order to collect: rollneck, ink",
		"Reserved until Saturday: ankle boots", "Resoling ready: brown derby shoes",
	}
}

func wishes() []string {
	return []string{"quiet", "step-free", "a chair", "no perfume", "speaks slowly, please do too"}
}
