// Package practice is a shift with made-up clients that an associate plays
// through: what she may say and do is judged by the discretion table in force and
// by nothing else. It hides how a scene becomes a card and a choice a verdict.
//
// It knows no customer, no visit and no associate: everybody in it is made up, and
// it never sees a profile.
package practice
