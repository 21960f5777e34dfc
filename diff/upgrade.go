package diff

// upgrade renames the fields of a diff that was read from a document of an older
// version.
func (d *Diff) upgrade(version int) {
	if version > 1 {
		return
	}
	// In version 1 "role" was the type of a node, and the role was in no document.
	for _, n := range d.Changed {
		for i := range n.Changes {
			if n.Changes[i].Field == "role" {
				n.Changes[i].Field = "type"
			}
		}
	}
}
