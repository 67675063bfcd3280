// Package config turns a file, the FOYER_* environment and what headquarters
// overlays into one value that is known good. It hides the file's syntax, the
// defaults and the limits, and is the only importer of viper.
//
// It never watches a file, never merges half a change and never holds a
// secret: keys and tokens are named by file or by hash. A Config is complete
// when it exists; whoever reloads makes a new one, asks Replaces, and swaps
// one pointer. Besides, it knows what the box tells its LAN (Announcement).
package config
