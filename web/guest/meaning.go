package guest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"foyer/concierge"
)

// purposeWords are a consent in her words: what it does, and its limit. They
// promise no more than what concierge keeps.
func (l speech) purposeWords(c concierge.ConsentLine) (name, hint string) {
	switch c.Purpose {
	case "presence":
		return l.T("Notice when I arrive"), l.T("On this store’s Wi-Fi only")
	case "profile_to_associates":
		return l.T("Let associates know me"), l.T("Your name, what you came for, what you told us, their notes. Without it nobody is told of you")
	case "history_store":
		return l.T("Purchases and visits in this store"), l.T("Headquarters learns that you came, to the quarter hour.") + " " + l.reachWords(c.Reach, l.T("Your associates see what you bought, others who serve you what you tend to like"))
	case "history_other_stores":
		return l.T("Purchases in other stores"), l.reachWords(c.Reach, "")
	case "history_online":
		return l.T("Purchases online"), l.reachWords(c.Reach, "")
	case "photo":
		return l.T("My picture"), l.T("One you choose, for whoever comes. Until you are greeted, ten minutes at the most; deleted when your visit ends")
	case "content_personal":
		return l.T("Choose the feed for me"), l.T("By what you told us, nothing else")
	case "positions_for_service":
		return l.T("Where I am, to be found"), l.T("The department, for whoever is asked to come, until you are greeted")
	}
	return spaced(c.Purpose), ""
}

// reachWords say who sees a purchase at the most. Whoever sold it to her knows
// it anyway. usual says what her associates see if she has chosen nothing, ""
// where that is no item at all.
func (l speech) reachWords(r concierge.Reach, usual string) string {
	switch {
	case r == concierge.ReachClosed:
		return l.T("Only who sold it to you sees it")
	case r == concierge.ReachOpen:
		return l.T("Your associates see each purchase, others who serve you what you tend to like")
	case usual == "":
		return l.T("Only who sold it to you sees an item. Your associates see what you tend to like")
	}
	return usual
}

// relationWords say what somebody who saw a card is to her.
func (l speech) relationWords(relation string) string {
	switch relation {
	case "preferred":
		return l.T("your associate")
	case "substitute":
		return l.T("covering")
	case "served":
		return l.T("who served you before")
	case "manager":
		return l.T("the manager")
	}
	return ""
}

// roleWords say what somebody is who has no name for her.
func (l speech) roleWords(who string) string {
	switch who {
	case "associate":
		return l.T("An associate")
	case "manager":
		return l.T("A manager")
	}
	return who
}

// whyWords say what a card was opened for.
func (l speech) whyWords(purpose, reason string) string {
	why := ""
	switch purpose {
	case "":
		return ""
	case "asked":
		return l.T("You were asked, and shared it.")
	case "service":
		why = l.T("Opened to serve you")
	case "her_own_list":
		why = l.T("Your name read in the list of those who named her")
	case "objection":
		why = l.T("Opened to settle your objection")
	case "reveal":
		why = l.T("Opened with a reason")
	default:
		why = l.T("Opened for %s", spaced(purpose))
	}
	if reason != "" {
		return l.T("%s, because: %s.", why, l.reasonWords(reason))
	}
	return why + "."
}

// reasonWords put the code of a reason in words.
func (l speech) reasonWords(code string) string {
	code, second := strings.CutSuffix(code, ", second person")
	words := spaced(code)
	switch code {
	case "customer_asked":
		words = l.T("you asked for it")
	case "return_or_repair":
		words = l.T("a return or a repair")
	case "collect_order":
		words = l.T("an order to collect")
	case "safety":
		words = l.T("safety")
	case "complaint":
		words = l.T("a complaint")
	case "other":
		words = l.T("another reason, in their words")
	}
	if second {
		return l.T("%s; a manager agreed", words)
	}
	return words
}

// wordsOf joins the classes of an access into one sentence.
func (l speech) wordsOf(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	all := make([]string, len(classes))
	for i, c := range classes {
		all[i] = l.T(c)
		if i > 0 {
			first, size := utf8.DecodeRuneInString(all[i])
			all[i] = string(unicode.ToLower(first)) + all[i][size:]
		}
	}
	return strings.Join(all, ", ") + "."
}
