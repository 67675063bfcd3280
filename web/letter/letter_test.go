package letter

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Whatever stands in an export stands in the letter, whether the letter knows
// its name or not.
func TestNothingIsLeftOut(t *testing.T) {
	export := `{"at":"2026-11-22T10:00:00Z","held":{"profile":{"form":"Ms. Keller","style":"let_me_browse","brand_new_field":["FIRST",{"deep":{"er":"SECOND"}}]},
"granted":true,"word":{"wall_ms":1795683000000},"count":12345678901234567890,"none":null,"empty":[]},"accesses":[{"viewer":"ana","items":[{"id":"<script>"}]}]}`
	var page bytes.Buffer
	if err := Write(&page, []byte(export), time.FixedZone("CET", 3600)); err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{"22 November 2026, 11:00 CET", "Ms. Keller", "Brand new field", "FIRST", "26 November 2026, 09:50 CET", "SECOND", "let me browse", "yes",
		"12345678901234567890", "nothing", "Who saw what about you", "ana", "&lt;script&gt;"} {
		if !strings.Contains(page.String(), fact) {
			t.Errorf("%q is missing", fact)
		}
	}
	if strings.Contains(page.String(), "<script") {
		t.Error("the letter runs something")
	}
	if err := Write(&page, []byte(`{"a":[1,`), time.UTC); err == nil {
		t.Error("half an export is one")
	}
}
