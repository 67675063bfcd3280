// Package rehearsal is a made-up store and a made-up day, to show and to test
// foyer with: the air between phones and access points, the people who carry
// the phones, the headquarters behind them, and the scorer who alone knows the
// truth.
//
// Its secret is that truth. It reaches the store only as a real one would:
// phones through the sensor listener, people through the public routes,
// headquarters through MQTT. It never hands a position to the box, and it
// never uses the locator's own formula: the air follows other papers, named
// in world.go, so that the store is no easier than a real one.
//
// Everything follows from a seed. The same plan and seed give the same walls,
// shadows, people, phones and walks; only what depends on the order in which
// goroutines run may differ.
package rehearsal
