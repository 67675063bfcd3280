package guest

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// receiptsView lists her receipts.
type receiptsView struct {
	look.Page
	Switch   switchView
	Receipts []receiptView
}

// receiptView is one receipt in words.
type receiptView struct {
	concierge.Receipt
	Title, Name, Word, When string
	How                     string // she said it
	Data                    []string
	Withdraw                string
}

func (f *Face) receiptView(l speech, r concierge.Receipt) receiptView {
	name, _ := l.purposeWords(concierge.ConsentLine{Purpose: r.Purpose})
	v := receiptView{Receipt: r, Title: l.T("Receipt of what you allow"), Name: name, Word: l.T("Allowed"), When: l.Stamp(r.At.In(f.TimeZone)),
		How: l.methodWords(r.Method), Data: l.dataOf(r.Purpose), Withdraw: l.T("One tap on the store’s page, “What you allow”: %s", "/here/privacy#allow")}
	switch {
	case r.Replaced && r.Granted:
		v.Word = l.T("Replaced by a later word of yours; allowed")
	case r.Replaced:
		v.Word, v.Title = l.T("Replaced by a later word of yours; taken back"), l.T("Receipt of what you took back")
	case !r.Granted:
		v.Word, v.Title = l.T("Taken back"), l.T("Receipt of what you took back")
	case r.Suspended:
		v.Word = l.T("Off until you agree to the new notice; allowed")
	}
	if v.Retention == "" {
		v.Retention = l.keptFor(r.Purpose)
	}
	return v
}

// dataOf names what a purpose uses.
func (l speech) dataOf(purpose string) []string {
	switch purpose {
	case "presence":
		return []string{l.T("that your phone is on this store’s Wi-Fi, and when it came")}
	case "profile_to_associates":
		return []string{l.T("your form of address"), l.T("what you came for"), l.T("what you told us"), l.T("notes about you")}
	case "history_store":
		return []string{l.T("what you bought in this store"), l.T("that you came, to the quarter hour"), l.T("who served you")}
	case "history_other_stores":
		return []string{l.T("what you bought in other stores")}
	case "history_online":
		return []string{l.T("what you bought online")}
	case "photo":
		return []string{l.T("the picture you upload")}
	case "content_personal":
		return []string{l.T("your interests")}
	case "positions_for_service":
		return []string{l.T("the department you are in")}
	}
	return nil
}

// keptFor says how long what a purpose uses is kept on the box, where the notice
// does not.
func (l speech) keptFor(purpose string) string {
	switch purpose {
	case "presence", "positions_for_service":
		return l.T("While you are in the store; nothing is written.")
	case "photo":
		return l.T("Until your visit ends, or you take it back.")
	case "history_store":
		return l.T("As long as headquarters lets this store know; who served you, 24 months.")
	}
	return l.T("As long as headquarters lets this store know; notes, 18 months.")
}

// methodWords say how she said it.
func (l speech) methodWords(method string) string {
	switch method {
	case "page":
		return l.T("on the store’s page")
	case "app":
		return l.T("in the chain’s app")
	}
	return spaced(method)
}

func (f *Face) getReceipts(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	m, err := f.moment(r)
	var all []concierge.Receipt
	if err == nil {
		all, err = f.Door.Receipts(c)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v := receiptsView{Page: f.base(l, l.T("Your privacy"), false), Switch: l.switchOf(m.Here, true)}
	for _, x := range all {
		v.Receipts = append(v.Receipts, f.receiptView(l, x))
	}
	f.show(w, l, http.StatusOK, "receipts", v)
}

// receipt is one of hers, or ErrNothing.
func (f *Face) receipt(c floor.Customer, id string) (concierge.Receipt, error) {
	all, err := f.Door.Receipts(c)
	i := slices.IndexFunc(all, func(r concierge.Receipt) bool { return r.ID == id })
	if err == nil && i < 0 {
		err = concierge.ErrNothing
	}
	if err != nil {
		return concierge.Receipt{}, err
	}
	return all[i], nil
}

func (f *Face) getReceiptPage(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := f.speech(r)
	f.file(w, r, l, "receipt", "receipt-"+x.ID+".html", f.receiptView(l, x))
}

func (f *Face) getReceipt(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	var body []byte
	if err == nil {
		body, err = json.MarshalIndent(f.record(f.speech(r), x), "", "  ")
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "application/json", "receipt-"+x.ID+".json", body)
}

func (f *Face) jsonReceipt(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, f.record(f.speech(r), x))
}

type consentJSON struct {
	Purpose   string     `json:"purpose"`
	Granted   bool       `json:"granted"`
	Suspended bool       `json:"suspended"`
	Offered   bool       `json:"offered"`
	At        *time.Time `json:"at,omitempty"`
	Notice    string     `json:"notice"` // of the words that stand for it now
	Text      string     `json:"text"`   // those words
	Receipt   string     `json:"receipt,omitempty"`
}

// jsonConsents is what an app shows her beside its own switches.
func (f *Face) jsonConsents(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var d concierge.Dossier
	m, err := f.moment(r, func(desk *concierge.Desk, m moment) error { d = desk.Dossier(c, m.now, m.want...); return nil })
	var all []concierge.Receipt
	if err == nil {
		all, err = f.Door.Receipts(c)
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]consentJSON, 0, len(d.Consents))
	for _, line := range d.Consents {
		words := m.l.agreed(d.Notice, line)
		x := consentJSON{line.Purpose, line.Granted, line.Suspended, line.Offered, instant(line.At), words.ID, words.Text, ""}
		if i := slices.IndexFunc(all, func(r concierge.Receipt) bool { return r.Purpose == line.Purpose }); i >= 0 {
			x.Receipt = all[i].ID
		}
		out = append(out, x)
	}
	gate.JSON(w, http.StatusOK, out)
}

// jsonNotice is the legal text in force, for anybody.
func (f *Face) jsonNotice(w http.ResponseWriter, r *http.Request) {
	var n concierge.Notice
	_, want := f.spoken(r)
	if err := f.do(r, func(d *concierge.Desk, _ time.Time) error { n = d.Notice(want...); return nil }); err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		Version    string `json:"version"`
		Language   string `json:"language"`
		Text       string `json:"text"`
		Controller string `json:"controller"`
		Contact    string `json:"contact"`
		URL        string `json:"url"`
	}(n))
}
