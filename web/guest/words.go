package guest

import (
	"fmt"
	"strings"
	"time"

	"foyer/concierge"
)

// greeting goes by the store's clock.
func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 5 || h >= 18:
		return "Good evening."
	case h < 12:
		return "Good morning."
	}
	return "Good afternoon."
}

// and joins names as people do.
func and(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// whoKnows says who has been told.
func whoKnows(told []string) string {
	switch len(told) {
	case 0:
		return "Nobody knows yet"
	case 1:
		return told[0] + " knows"
	}
	return and(told) + " know"
}

// knowing is the whole sentence of who has been told.
func knowing(told []string) string {
	if len(told) == 0 {
		return "Nobody has been told yet."
	}
	return whoKnows(told) + " you are here."
}

// next says what follows for one who is announced and whom nobody is with.
func next(h concierge.Here) string {
	switch {
	case h.Routing && len(h.Told) > 0:
		return "You will see here when somebody is on the way."
	case h.Routing:
		return "None of your associates is free just now. You will see here when one is on the way."
	case len(h.Told) > 0:
		return "Nobody is on the way. Ask, and whoever is free comes."
	}
	return "None of your associates is free. Ask, and whoever is free comes."
}

// tomorrow says what her no of today means for tomorrow.
func tomorrow(v concierge.Visibility) string {
	if v == concierge.Automatic {
		return "Tomorrow you are announced again when you come."
	}
	return "Tomorrow we ask again."
}

// goneWords says who of hers has left.
func goneWords(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " no longer works here."
	}
	return and(names) + " no longer work here."
}

// presence says what a customer may know of an associate's day, as the end of
// a sentence that begins with her name.
func presence(c concierge.Colleague, now time.Time) string {
	at := func(t time.Time) string { return t.In(now.Location()).Format("15:04") }
	switch c.Presence {
	case concierge.InNow:
		return "in, and free"
	case concierge.Busy:
		if !c.FreeAt.IsZero() {
			return "with another client, free at about " + at(c.FreeAt)
		}
		return "with another client"
	case concierge.InToday:
		return "in today until " + at(c.Until)
	case concierge.LaterToday:
		return "comes in at " + at(c.From)
	case concierge.InAgain:
		return "in again on " + c.From.In(now.Location()).Format("Monday")
	}
	return "not available just now"
}

// sentenceOf says the same of her with the verb.
func sentenceOf(c concierge.Colleague, now time.Time) string {
	if c.Presence == concierge.LaterToday {
		return c.Name + " " + presence(c, now) + "."
	}
	return c.Name + " is " + presence(c, now) + "."
}

// asked is the line under the question whether to tell somebody.
func asked(h concierge.Here, now time.Time) string {
	for _, c := range h.Mine {
		switch {
		case c.Name != h.Ask:
		case c.Presence == concierge.InNow:
			return "She is in, and free."
		default:
			return sentenceOf(c, now)
		}
	}
	if len(h.Mine) > 0 {
		return sentenceOf(h.Mine[0], now)
	}
	return ""
}

// purposeWords are a consent in her words: what it does, and its limit. They
// promise no more than what concierge keeps.
func purposeWords(c concierge.ConsentLine) (name, hint string) {
	switch c.Purpose {
	case "presence":
		return "Notice when I arrive", "On this store’s Wi-Fi only"
	case "profile_to_associates":
		return "Let associates know me", "Your name, what you came for, what you told us, their notes. Without it nobody is told of you"
	case "history_store":
		return "Purchases and visits in this store", "Headquarters learns that you came, to the quarter hour. " + reachWords(c.Reach, "what you bought")
	case "history_other_stores":
		return "Purchases in other stores", reachWords(c.Reach, "")
	case "history_online":
		return "Purchases online", reachWords(c.Reach, "")
	case "photo":
		return "My picture", "One you choose, for whoever comes. Until you are greeted, ten minutes at the most; deleted when your visit ends"
	case "content_personal":
		return "Choose the feed for me", "By what you told us, nothing else"
	case "positions_for_service":
		return "Where I am, to be found", "The department, for whoever is asked to come, until you are greeted"
	}
	return strings.ReplaceAll(c.Purpose, "_", " "), ""
}

// reachWords say who sees a purchase at the most. Whoever sold it to her knows
// it anyway. usual is what her associates see if she has chosen nothing, ""
// for no item at all.
func reachWords(r concierge.Reach, usual string) string {
	switch {
	case r == concierge.ReachClosed:
		return "Only who sold it to you sees it"
	case r == concierge.ReachOpen:
		usual = "each purchase"
	case usual == "":
		return "Only who sold it to you sees an item. Your associates see what you tend to like"
	}
	return "Your associates see " + usual + ", others who serve you what you tend to like"
}

// relationWords say what somebody who saw a card is to her.
func relationWords(relation string) string {
	switch relation {
	case "preferred":
		return "your associate"
	case "substitute":
		return "covering"
	case "served":
		return "who served you before"
	case "manager":
		return "the manager"
	}
	return ""
}

// whyWords say what a card was opened for.
func whyWords(purpose, reason string) string {
	why := "Opened for " + strings.ReplaceAll(purpose, "_", " ")
	switch purpose {
	case "":
		return ""
	case "service":
		why = "Opened to serve you"
	case "her_own_list":
		why = "Your name read in the list of those who named her"
	case "objection":
		why = "Opened to settle your objection"
	case "asked":
		return "You were asked, and shared it."
	case "reveal":
		why = "Opened with a reason"
	}
	if reason != "" {
		why += ", because: " + reasonWords(reason)
	}
	return why + "."
}

// reasonWords put the code of a reason in words.
func reasonWords(code string) string {
	code, second := strings.CutSuffix(code, ", second person")
	words := strings.ReplaceAll(code, "_", " ")
	switch code {
	case "customer_asked":
		words = "you asked for it"
	case "return_or_repair":
		words = "a return or a repair"
	case "collect_order":
		words = "an order to collect"
	case "complaint":
		words = "a complaint"
	case "other":
		words = "another reason, in their words"
	}
	if second {
		words += "; a manager agreed"
	}
	return words
}

// day says when something was, to the minute.
func day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return "Today, " + t.Format("15:04")
	}
	return t.Format("2 January, 15:04")
}

// left is how many whole seconds are left until t.
func left(t, now time.Time) int {
	return max(0, int((t.Sub(now)+time.Second-1)/time.Second))
}

// wordsOf joins the classes of an access into one sentence.
func wordsOf(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	all := make([]string, len(classes))
	for i, c := range classes {
		all[i] = c
		if i > 0 {
			all[i] = strings.ToLower(c[:min(1, len(c))]) + c[min(1, len(c)):]
		}
	}
	return fmt.Sprintf("%s.", strings.Join(all, ", "))
}
