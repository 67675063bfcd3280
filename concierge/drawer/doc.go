// Package drawer keeps small things in desk.db, sealed: a customer's under her
// own key, so that erasing her ends them too, and the staff's under the box's. It
// hides how a row is named and sealed, and that it can be swept by somebody who
// does not know whose it is.
//
// It never keeps a row that nothing opens any more, and knows nothing of what is
// in one.
package drawer
