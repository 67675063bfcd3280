package wire

import "log/slog"

// Payloads about people say nothing of them when printed or logged.
const aboutSomebody = "a payload about a person"

// String says nothing about the person.
func (Associate) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Associate) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Shift) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Shift) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Profile) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Profile) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (ConsentChange) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (ConsentChange) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Erase) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Erase) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Invitation) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Invitation) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Geofence) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Geofence) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (VisitOpened) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (VisitOpened) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (VisitEnded) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (VisitEnded) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (OfferAnswered) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (OfferAnswered) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Note) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Note) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Access) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Access) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Appointment) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Appointment) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Feedback) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Feedback) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Resync) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Resync) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the people.
func (Roster) String() string { return aboutSomebody }

// LogValue says nothing about the people.
func (Roster) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the people.
func (Schedule) String() string { return aboutSomebody }

// LogValue says nothing about the people.
func (Schedule) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (Correction) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (Correction) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (RotaChange) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (RotaChange) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }

// String says nothing about the person.
func (PlanDrawn) String() string { return aboutSomebody }

// LogValue says nothing about the person.
func (PlanDrawn) LogValue() slog.Value { return slog.StringValue(aboutSomebody) }
