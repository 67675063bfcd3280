package tongue

import (
	"fmt"
	"strings"
	"time"
)

// A calendar is how a language writes days. Go's own layouts know English only.
type calendar struct {
	months  [12]string
	days    [7]string // Sunday first
	day     string    // of %[1]s the day and %[2]s the month
	year    string    // of a day and its year
	weekday string    // of a weekday and a day
	first   string    // the first of a month, "" where it is a number like others
}

func calendars() map[string]calendar {
	return map[string]calendar{
		English: {months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
			days: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
			day:  "%[1]s %[2]s", year: "%s %d", weekday: "%s, %s"},
		"de": {months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
			days: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
			day:  "%[1]s. %[2]s", year: "%s %d", weekday: "%s, %s"},
		"fr": {months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
			days: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
			day:  "%[1]s %[2]s", year: "%s %d", weekday: "%s %s", first: "1er"},
		"es": {months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			days: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
			day:  "%[1]s de %[2]s", year: "%s de %d", weekday: "%s, %s"},
	}
}

// Clock is the time of day of t, in t's own zone as everything here.
func (l *Tongue) Clock(t time.Time) string { return t.Format("15:04") }

// Weekday is the name of t's day, as in the midst of a sentence.
func (l *Tongue) Weekday(t time.Time) string { return l.calendar.days[t.Weekday()] }

// Day is t's day without its year: 2 January.
func (l *Tongue) Day(t time.Time) string {
	n := fmt.Sprint(t.Day())
	if t.Day() == 1 && l.calendar.first != "" {
		n = l.calendar.first
	}
	return fmt.Sprintf(l.calendar.day, n, l.calendar.months[t.Month()-1])
}

// Date is t's day: 2 January 2006.
func (l *Tongue) Date(t time.Time) string { return fmt.Sprintf(l.calendar.year, l.Day(t), t.Year()) }

// Stamp is t to the minute: 2 January 2006, 15:04.
func (l *Tongue) Stamp(t time.Time) string { return l.Date(t) + ", " + l.Clock(t) }

// LongDay is t's day with its name, as a line begins: Monday, 2 January.
func (l *Tongue) LongDay(t time.Time) string {
	return capital(fmt.Sprintf(l.calendar.weekday, l.Weekday(t), l.Day(t)))
}

// capital is a line's beginning.
func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
