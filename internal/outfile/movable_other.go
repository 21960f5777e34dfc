//go:build !unix && !wasip1

package outfile

// movable returns nil: nothing is known of what a rename would do.
func movable(string, string) error { return nil }
