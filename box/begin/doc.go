// Package begin is a box before it is a store's: it waits for a technician, asks
// headquarters for certificates, and says with which configuration the box goes
// on. It hides the certificate of these minutes, the note for the console, and
// how a configuration comes to be.
//
// It opens no database, it makes no key that outlasts enrolment but those of the
// identity, and it never runs beside a store.
package begin
