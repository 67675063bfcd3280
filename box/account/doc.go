// Package account writes what the operator of a box owes the law: the record of
// processing activities with its annexes, and what a copy of the box's disk
// would open. It hides how the declarations of the house become sentences.
//
// It reads no database and knows nobody: whoever asks brings the configuration,
// the declared buckets and the counts. What is declared nowhere is missing in
// the account, and a test of the house looks that nothing is.
package account
