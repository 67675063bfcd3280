package letter

import "strings"

// caption is the name of a part as people read it.
func (o Options) caption(key string) string {
	if words, ok := captions()[key]; ok {
		return o.Tongue.T(words)
	}
	words := strings.ReplaceAll(key, "_", " ")
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// captions are the names that would not be understood as they stand.
func captions() map[string]string {
	return map[string]string{
		"made": "Made", "in_general": "What you like in general", "first_names": "First names", "photo_jpeg": "Your picture",
		"receipts": "Receipts of what you allowed and took back", "this": "The one that made this copy", "text_sha256": "Fingerprint of the text",
		"hidden_here": "Hidden by you in this store", "corrected": "What you corrected", "was": "Before", "schema": "Form",
		"at": "When", "held": "What we know of you", "customer": "Your reference", "form": "How you are addressed",
		"say": "How your name is said", "style": "How you like to be served", "preferred": "Your associates",
		"blocked": "Associates you do not want", "stated": "What you told us", "services": "What waits for you",
		"wishes": "Your wishes", "audience": "For whom", "rev": "Revision",
		"visibility_from_hq": "Visibility, as headquarters last said", "not_today": "You last said “not today”",
		"accesses": "Who saw what about you", "viewer": "Associate", "row": "Row of the log", "policy": "Rules in force",
		"rule": "By which rule", "disclosure": "How far", "served_by": "Who served you", "sessions": "Where you are signed in",
		"now": "Your visit of this moment", "not_in_here": "What is not in this letter", "wall_ms": "At",
		"invitations": "Invitations", "id": "Reference", "told": "Who knows that you are here", "until": "Until",
		"code_sha256": "Fingerprint of the code",
	}
}
