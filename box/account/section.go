package account

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed account.html
var page string

// A Section is one chapter of an account: sentences, then a table whose first
// row names the columns.
type Section struct {
	Title string     `json:"title"`
	Text  []string   `json:"text,omitempty"`
	Table [][]string `json:"table,omitempty"`
}

// A paper is an account as it is written.
type paper struct {
	Title    string
	Sections []Section
}

// markdown writes a paper for a text editor or a repository.
func (p paper) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", p.Title)
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "\n## %s\n", s.Title)
		for _, t := range s.Text {
			fmt.Fprintf(&b, "\n%s\n", t)
		}
		for i, row := range s.Table {
			if i == 0 {
				b.WriteString("\n")
			}
			cells := make([]string, len(row))
			for j, c := range row {
				cells[j] = strings.ReplaceAll(c, "|", `\|`)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
			if i == 0 {
				fmt.Fprintf(&b, "|%s\n", strings.Repeat(" --- |", len(row)))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// html writes a paper for a browser or a printer; it loads nothing.
func (p paper) html(w io.Writer) error {
	t, err := template.New("account").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}
