package look

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// physical are the declarations of a sheet that name a side of the screen rather
// than of the text, or its width and height.
func physical(sheet string) (out []string) {
	sheet = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(sheet, "")
	side := regexp.MustCompile(`^((margin|padding|border|scroll-margin|scroll-padding)-)?(left|right|top|bottom)(-(width|style|color))?$|^(min-|max-)?(width|height)$|^border-(top|bottom)-(left|right)-radius$|^(float|clear|caption-side|resize)$|^overflow-[xy]$`)
	for _, m := range regexp.MustCompile(`([a-z-]+):([^;{}]*)`).FindAllStringSubmatch(declarations(sheet), -1) {
		name, value := m[1], strings.TrimSpace(m[2])
		four := strings.Fields(value)
		switch {
		case name == "resize" && (value == "vertical" || value == "none"): // both are the reader's own
		case side.MatchString(name),
			strings.HasPrefix(name, "text-align") && (value == "left" || value == "right"),
			slices.Contains([]string{"margin", "padding", "inset", "border-width", "scroll-margin", "scroll-padding"}, name) && len(four) == 4 && four[1] != four[3],
			name == "background-position" && regexp.MustCompile(`left|right`).MatchString(value):
			out = append(out, name+":"+value)
		}
	}
	return out
}

// declarations leaves out selectors and what is asked of the screen.
func declarations(sheet string) string {
	var b strings.Builder
	for _, m := range regexp.MustCompile(`\{([^{}]*)\}`).FindAllStringSubmatch(sheet, -1) {
		b.WriteString(m[1] + ";\n")
	}
	return b.String()
}

// The customers' pages and the files they keep turn round with the text: no side
// of the screen is named in them.
func TestGuestSheetIsLogical(t *testing.T) {
	sheet, err := Sheet("guest", "card", "guest")
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]string{"the sheet": string(sheet.body)}
	for _, file := range []string{"../guest/rights.html", "../letter/letter.html"} {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, style, ok := strings.Cut(string(page), "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		if !ok || len(style) < 200 {
			t.Fatalf("%s has no style", file)
		}
		sheets[file] = style
	}
	for name, body := range sheets {
		if strings.Count(declarations(body), ":") < 15 {
			t.Fatalf("%s was not understood", name)
		}
		for _, p := range physical(body) {
			t.Errorf("%s: %s", name, p)
		}
	}
	for _, bad := range []string{"margin-left:1px", "right:0", "text-align:right", "padding:1px 2px 3px 4px", "max-width:9rem", "border-left:0", "float:left", "border-top-left-radius:3px"} {
		if got := physical("a{color:red;" + bad + "}"); len(got) != 1 {
			t.Errorf("%s is taken for logical: %v", bad, got)
		}
	}
}
