package health

import (
	"strings"
	"time"
)

// Code names one thing that can be wrong.
type Code string

// The codes. What each means to people stands in the list below.
const (
	APSilent           Code = "ap-silent"
	APMoved            Code = "ap-moved"
	APPower            Code = "ap-power"
	APUnheard          Code = "ap-unheard"
	HQAway             Code = "hq-away"
	HQHeld             Code = "hq-held"
	LeaseOver          Code = "lease-over"
	ShareAway          Code = "share-away"
	NoOwnRadio         Code = "no-own-radio"
	DiskFull           Code = "disk-full"
	DiskFailing        Code = "disk-failing"
	DatabaseDamaged    Code = "database-damaged"
	LedgerBroken       Code = "ledger-broken"
	ClockUnsure        Code = "clock-unsure"
	PlanMissing        Code = "plan-missing"
	PlanRefused        Code = "plan-refused"
	SurveyMissing      Code = "survey-missing"
	PolicyStrict       Code = "policy-strict"
	CertificateExpires Code = "certificate-expires"
	CertificateRefused Code = "certificate-refused"
	SensorUnknownAP    Code = "sensor-unknown-ap"
	SensorSilent       Code = "sensor-silent"
	SensorClock        Code = "sensor-clock"
	SourceFails        Code = "source-fails"
	MQTTPlain          Code = "mqtt-plain"
	ConfigRefused      Code = "config-refused"
	MDNSOff            Code = "mdns-off"
	FirmwareFailed     Code = "firmware-failed"
	RootKeyBeside      Code = "root-key-beside"
)

// kind is what a code means: {subject} in a text or a cure stands for the thing, or for
// "(unnamed)", and delay is how long it must last before it is worth showing.
type kind struct {
	code       Code
	severity   Severity
	delay      time.Duration
	text, cure string
}

// kinds is the whole list.
func kinds() []kind {
	return []kind{
		{APSilent, NeedsYou, 2 * time.Minute, "Access point {subject} has stopped reporting.", "Check its power and its network cable, then its reporting agent."},
		{APMoved, NeedsYou, 2 * time.Minute, "Access point {subject} is not heard as it was surveyed: it hangs elsewhere, or the floor around it was changed. It counts little meanwhile.", "Walk the survey again near access point {subject}; if it was hung elsewhere, mark its new place on the plan first."},
		{APPower, Watch, 2 * time.Minute, "Access point {subject} hears phones weaker or stronger everywhere than when it was surveyed; what it is off by is taken into account meanwhile.", "Check the power, the antennas and the mounting of access point {subject}; if the change is meant, walk the survey again near it."},
		{APUnheard, NeedsYou, 2 * time.Minute, "Access point {subject} hears no phone where it should hear many.", "Check that access point {subject} is on, serves the guests' network and reports; if it was taken down, take it off the plan and walk the survey again near its place."},
		{HQAway, Watch, 5 * time.Minute, "Headquarters cannot be reached; the store works on, and what is to be sent waits here.", "Check the store's line and the firewall towards headquarters; nothing is lost meanwhile."},
		{LeaseOver, NeedsYou, 0, "Headquarters has not been heard for a week: cards show no single purchase, only hints and what customers said themselves.", "Restore the line to headquarters; if the line is up, check that the box knows the time."},
		{ShareAway, NeedsYou, 0, "Headquarters has not been heard, or has not renewed its part of the key, for thirty days: nothing about customers opens here.", "Restore the line to headquarters, which then sends its part of the key again; if the line is up, check that the box knows the time."},
		{HQHeld, NeedsYou, 2 * time.Minute, "A message of headquarters about a customer cannot be put in force here; it is tried again, and what came after it waits.", "Look for a warning about the disk and cure it; else report the line in the log to support."},
		{NoOwnRadio, Watch, 0, "This box has no radio of its own; only access points report.", "Nothing, if access points report; else configure one to do so."},
		{DiskFull, NeedsYou, 0, "The disk is full: {subject} cannot be written.", "Free space on the data partition or give it more; foyer goes on by itself."},
		{DiskFailing, NeedsYou, 0, "The disk does not take what is written to {subject}.", "Check the disk and its messages in the system log; what must not be lost is tried again."},
		{DatabaseDamaged, NeedsYou, 0, "The database {subject} was damaged and has been set aside.", "Keep the set-aside file for support and check the disk; headquarters sends again what it has."},
		{LedgerBroken, NeedsYou, 0, "The ledger of who saw what does not hold: a row was changed, added or removed.", "Run foyer ledger verify, keep a copy of the data folder for the privacy officer, and do not begin the ledger anew before."},
		{ClockUnsure, NeedsYou, time.Minute, "The box does not know the time: its clock has leapt, and headquarters has not agreed with it since.", "Check that it reaches a time server; until then nothing is removed for its age, and certificates and shifts cannot be trusted."},
		{PlanMissing, NeedsYou, 0, "There is no floor plan; nobody can be located.", "Name one under plan in the configuration, or let headquarters send it."},
		{PlanRefused, NeedsYou, 0, "A floor plan cannot be used: {subject}.", "See the line in the log, mend the plan, and push or configure it again; the next best plan is in force, if there is one."},
		{SurveyMissing, Watch, 0, "There is no survey of this floor; places are rough.", "Walk the floor once with foyer survey and name the map under survey."},
		{PolicyStrict, Watch, 10 * time.Minute, "The built-in discretion rules are in force; cards show stated wishes only.", "Let headquarters push its discretion table."},
		{CertificateExpires, NeedsYou, 0, "The certificate {subject} expires soon or has expired.", "Let headquarters renew it; check that the box reaches headquarters."},
		{CertificateRefused, NeedsYou, 0, "Headquarters does not renew a certificate {subject}.", "Let headquarters see foyer-hq fleet status, which says the same, and mend the cause there, or the name in this box's configuration; the box asks again once a day, and goes on with the certificate it has."},
		{SensorUnknownAP, NeedsYou, time.Minute, "A sensor reports for {subject}, which is not on the floor plan.", "Add it to the plan, or add its name as an alias of an access point there: foyer status --sensors shows the line."},
		{SensorSilent, Watch, 0, "{subject} has stopped reporting.", "Check its power and its network cable, and that it still has its token."},
		{SensorClock, Watch, 2 * time.Minute, "The clock of {subject} is more than half a minute off; its times are not believed meanwhile.", "Give it a time server (NTP)."},
		{SourceFails, NeedsYou, time.Minute, "The source {subject} cannot be read.", "Run foyer status --sensors: it says why."},
		{MQTTPlain, Watch, 0, "Bluetooth receivers may report without TLS on {subject}: whoever is on that network can read their passwords and forge what they hear.", "Give receivers TLS where they have it, and clear listen.sensors_mqtt_plain; else keep that network to themselves."},
		{ConfigRefused, NeedsYou, 0, "A new configuration ({subject}) was refused; the old one is in force.", "Run foyer check, mend what it names, and reload."},
		{RootKeyBeside, Watch, 0, "The key that seals the box's data lies beside it: a copy of the disk opens everything.", "Give the key as a systemd credential (systemd-creds encrypt, then LoadCredentialEncrypted in a drop-in), and remove it from the data folder."},
		{FirmwareFailed, Watch, 0, "The update to {subject} was not kept; the version before runs on.", "Headquarters sees why; foyer update status says it here. A download is tried again by itself, anything else needs a new release."},
		{MDNSOff, Watch, time.Minute, "The box cannot be found by name on the LAN: {subject}.", "Check that foyer-mdns runs and that mdns.interfaces names a LAN interface, or use the address."},
	}
}

// Codes returns every code there is, in the list's order.
func Codes() []Code {
	var out []Code
	for _, k := range kinds() {
		out = append(out, k.code)
	}
	return out
}

// entry returns what a code means; an unknown one is a fault of the program
// and says so instead of hiding.
func entry(c Code) kind {
	for _, k := range kinds() {
		if k.code == c {
			return k
		}
	}
	return kind{code: c, severity: NeedsYou, text: "Something without a name is wrong (" + string(c) + ") with {subject}.", cure: "Report this to support."}
}

func (k kind) warning(at key, since time.Time) Warning {
	subject := at.subject
	if subject == "" {
		subject = "(unnamed)"
	}
	return Warning{
		Code: k.code, Subject: at.subject, Severity: k.severity, Since: since,
		Text: strings.ReplaceAll(k.text, "{subject}", subject), Cure: strings.ReplaceAll(k.cure, "{subject}", subject),
	}
}
