package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"foyer/floor"
	"foyer/policy"
	"foyer/sync/office"
)

// The names of the tables that need no file.
const (
	fullTable   = "full"   // what headquarters pushes, unless it has one of its own
	strictTable = "strict" // what a box goes by that has never had one
)

// readTable reads a discretion table from a file, or one of those built in.
func readTable(name string) (*policy.Table, error) {
	switch name {
	case fullTable:
		return policy.Parse(office.DiscretionTable())
	case strictTable:
		return policy.Strict(), nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	t, err := policy.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func explainCommand() *cobra.Command {
	f := policy.Facts{Consent: true, Announced: true, Relation: policy.RelationSubstitute, Seller: policy.SellerColleague,
		Channel: policy.ChannelHere, Sensitivity: policy.SensitivityOrdinary, Age: policy.AgeRecent, Audience: policy.AudienceDefault}
	var table, tier string
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say what an associate would see of one purchase, and why",
		Long: `Decide one case as a box would, floors included, and give the reasons: the row of
the table, what made it stricter, and how to speak of it. What is not said is the
usual: a live consent, an announced visit, a substitute of standard tier, an
ordinary item that a colleague sold here some months ago.`,
		Example: `  foyer policy explain --relation substitute --channel online --age fresh
  foyer policy explain --relation preferred --seller self --sensitivity gift
  foyer policy explain --table draft.json --relation served --tier restricted`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, err := readTable(table)
			if err != nil {
				return err
			}
			f.Tier = floor.Tier(tier)
			if !slices.Contains([]floor.Tier{floor.TierUntrained, floor.TierRestricted, floor.TierStandard}, f.Tier) {
				return fmt.Errorf("--tier %q: want untrained, restricted or standard", tier)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), t.Explain(f))
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&table, "table", fullTable, "the table: a `FILE`, or full (headquarters' own), or strict (a box that has none)")
	fl.StringVar(&tier, "tier", string(floor.TierStandard), "the viewer's `TIER`: untrained, restricted or standard")
	fl.TextVar(&f.Relation, "relation", f.Relation, "the viewer's to the customer: preferred, served, substitute, none or manager")
	fl.TextVar(&f.Seller, "seller", f.Seller, "who sold it, as the viewer sees it: self, colleague or unassisted")
	fl.TextVar(&f.Channel, "channel", f.Channel, "where: here, other_store or online")
	fl.TextVar(&f.Sensitivity, "sensitivity", f.Sensitivity, "ordinary, personal, gift or special")
	fl.TextVar(&f.Age, "age", f.Age, "fresh (under 14 days), recent (under 24 months) or old")
	fl.TextVar(&f.Audience, "audience", f.Audience, "the customer's own setting for the class: closed, default or open")
	fl.BoolVar(&f.Consent, "consent", f.Consent, "whether she lets associates see her profile")
	fl.BoolVar(&f.Announced, "announced", f.Announced, "whether the visit is announced")
	fl.BoolVar(&f.Hidden, "hidden", false, "she hid this item")
	fl.BoolVar(&f.Blocked, "blocked", false, "she blocked the viewer")
	fl.BoolVar(&f.Stale, "stale", false, "the box has had no contact with headquarters for a week")
	return cmd
}

func diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say where two tables answer differently",
		Long: `Compare two tables over all their cases, before the floors that no table can
loosen. What would disclose more, or let more be said, is marked + and comes
first. OLD and NEW are files, or full (headquarters' own), or strict.`,
		Example: "  foyer policy diff full draft.json",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			old, err := readTable(args[0])
			if err != nil {
				return err
			}
			next, err := readTable(args[1])
			if err != nil {
				return err
			}
			return writeDiff(cmd, policy.Diff(old, next))
		},
	}
}

// writeDiff prints changes as a table, and what they add up to.
func writeDiff(cmd *cobra.Command, changes []policy.Change) error {
	out := cmd.OutOrStdout()
	if len(changes) == 0 {
		fmt.Fprintln(out, "The tables answer every case alike.")
		return nil
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tcases\twas\tbecomes\trules\twhen")
	looser, stricter := 0, 0
	for _, c := range changes {
		mark := "-"
		if c.Loosens() {
			mark = "+"
			looser += c.Cases
		} else {
			stricter += c.Cases
		}
		fmt.Fprintf(t, "%s\t%d\t%s, %s\t%s, %s\t%s -> %s\t%s\n", mark, c.Cases, c.Old, c.OldSpeak, c.New, c.NewSpeak, c.OldRule, c.NewRule, c.When)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d cases looser (+), %d stricter (-), of 1,620.\n", looser, stricter)
	return nil
}
