// Package imdf reads drawings of a building that others made: an IMDF archive
// (Apple's Indoor Mapping Data Format 1.0.0, an OGC community standard) or a
// single GeoJSON file (RFC 7946). It hides degrees: what comes out is a plan in
// metres, not yet checked, for somebody to finish.
//
// Frame: x to the east, y to the south, from the north-western corner of all
// that was drawn, by the equirectangular projection about its middle; over a
// building of 500 m it is off by less than a centimetre.
package imdf
