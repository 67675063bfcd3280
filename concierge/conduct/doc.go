// Package conduct is how an associate's conduct is looked after: what customers
// said of a visit, what is on record of her, her tier and her training. It hides
// what of a single answer can be found in an aggregate, and how a tier comes
// about from headquarters' word, a manager's and a workshop.
//
// It proposes and never decides: a tier changes by a person's word or by a
// workshop that was finished. No answer is ever told of one visit.
package conduct
