//go:build !foyer_loose

package concierge

// hereOnly: a substitute's card rests on nothing that was bought in another
// store or online, whoever sold it, unless the customer herself shares it. It is
// true in every build but the deliberately loosened one (tag foyer_loose), in
// which TestASubstituteLearnsNothingOfElsewhere must fail.
const hereOnly = true
