package policy

import (
	"slices"
	"strings"
	"unicode"
)

// A Topic is something private that a note may speak of without need.
type Topic string

// The topics of the lexicon.
const (
	TopicHealth    Topic = "health"
	TopicReligion  Topic = "religion"
	TopicWeight    Topic = "weight"
	TopicMoney     Topic = "money"
	TopicRelations Topic = "relationships"
)

// stems are beginnings of words that speak of a topic, in English, German and
// French, without accents; a word that ends in a full stop must be the whole
// word. They are to warn, not to be complete: what they miss the customer still
// reads.
func stems() map[Topic]string {
	return map[Topic]string{
		TopicHealth: "ill. illness sick disease cancer chemo diabet pregnan miscarr menopaus depress anxi therap surger surgic operation. operated. " +
			"medic doctor. hospital disab wheelchair allerg epilep autis adhd demen alzheim alcohol addict drunk rehab. hiv. ivf. mastect prosthe wig. wigs. incontin " +
			"krank krebs schwanger fehlgeburt wechseljahre angst. angste therapie operiert arzt. arztin spital behinder rollstuhl sucht. trinkt. perucke " +
			"malad enceinte fausse. couche. medecin hopital handicap fauteuil. alcool perruque deprim",
		TopicReligion: "religi church mosque synagog temple. muslim islam jewish jew. jews. christian catholic protestant hindu sikh buddhis hijab headscar ramadan kosher halal priest. rabbi imam. atheis " +
			"kirche moschee muslim. judisch jude. judin kopftuch katholi evangelisch glaubig fromm. " +
			"eglise mosquee juif juive musulman catholique croyant. croyante",
		TopicWeight: "overweight underweight weight weigh. weighs fat. fatter chubby plump obes skinny diet. dieting diets slimming bulimi anorex figure-conscious curvy. " +
			"ubergewicht gewicht dick. dicker. mollig. diat. diaten abnehmen abgenommen zugenommen magersucht " +
			"grosse. obese regime. poids maigrir maigre. enrobee.",
		TopicMoney: "debt debts. bankrupt insolven broke. salary wage. wages income mortgage loan. loans. divorce-settlement afford wealthy wealth millionair poor. inherit unemploy jobless fired. redundan " +
			"schulden pleite. gehalt einkommen hypothek. kredit erbe. erbt. geerbt arbeitslos gekundigt vermogen. reich. leisten. " +
			"dette dettes. faillite salaire revenu. revenus. chomage heritage heriter riche. fauche. fauchee.",
		TopicRelations: "divorc separat. separated. separation. affair. affairs. lover mistress boyfriend girlfriend husband wife. wives. ex-husband ex-wife married marriage widow spouse fiance gay. lesbian bisexual transgender homosex cheats. cheating quarrel custody. " +
			"scheid geschieden getrennt. trennung affare liebhaber geliebte freundin. ehemann ehefrau verheirat witwe schwul. lesbisch sorgerecht " +
			"divorce. amant amante. maitresse mari. epouse. epoux. veuve. veuf. homosexuel lesbienne rupture.",
	}
}

// Personal returns the topics a text seems to speak of, each once, in the order
// of their names; none is no promise.
func Personal(text string) []Topic {
	words := strings.FieldsFunc(plain(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	var out []Topic
	for topic, list := range stems() {
		if slices.ContainsFunc(strings.Fields(list), func(stem string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return begins(w, stem) })
		}) {
			out = append(out, topic)
		}
	}
	slices.Sort(out)
	return out
}

// begins reports whether a word, or what follows a hyphen in it, begins with a
// stem. Cloth has a weight, too: light, heavy and mid weights are its.
func begins(word, stem string) bool {
	whole, exact := strings.CutSuffix(stem, ".")
	for part := range strings.SplitSeq(word, "-") {
		if part == whole || !exact && strings.HasPrefix(part, whole) {
			return !strings.HasPrefix(word, "light-") && !strings.HasPrefix(word, "heavy-") && !strings.HasPrefix(word, "mid-")
		}
	}
	return strings.Contains(whole, "-") && strings.HasPrefix(word, whole)
}

// plain is a text in small letters without the accents of its languages.
func plain(text string) string {
	return strings.NewReplacer("ä", "a", "à", "a", "â", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
		"ö", "o", "ô", "o", "ü", "u", "ù", "u", "û", "u", "ç", "c", "ß", "ss", "œ", "oe").Replace(strings.ToLower(text))
}
