// Package walk is a survey under way: somebody stands at places of the floor
// with one device, and what access points hear of it there is kept. It hides how
// a walk outlives a power cut: after every place the recording on the disk is
// whole, and Open goes on with it.
//
// It reads no clock, and knows no address of the device. Lengths are metres in
// the frame of a level.
package walk
