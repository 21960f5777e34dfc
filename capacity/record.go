package capacity

// This file has the rows of a table for programs.

// A Record is a row for programs. An amount is nil, and null in JSON, if it is not known.
type Record struct {
	Name      string `json:"name"`
	ID        string `json:"id,omitempty"`
	Nodes     int    `json:"nodes"`
	Connected int    `json:"connected"`
	Reporting int    `json:"reporting"` // nodes whose load is known
	CPU       Amount `json:"cpu"`       // cores
	Memory    Amount `json:"memory"`    // bytes
	Disk      Amount `json:"disk"`      // bytes
	GPU       Amount `json:"gpu"`       // devices
	Running   *int   `json:"running"`
	Queued    *int   `json:"queued"`
}

// An Amount is the figure of a resource for programs.
type Amount struct {
	Total   *float64 `json:"total"`
	Used    *float64 `json:"used"`
	Free    *float64 `json:"free"`
	Unknown *float64 `json:"unknown"` // the part of the total that is neither used nor free
}

// Record returns the row for programs.
func (r *Row) Record() Record {
	out := Record{Name: r.Name, ID: r.ID, Nodes: r.Nodes, Connected: r.Connected, Reporting: r.Load.Nodes}
	for of, to := range map[Resource]*Amount{CPU: &out.CPU, Memory: &out.Memory, Disk: &out.Disk, GPU: &out.GPU} {
		*to = r.Of(of).Amount()
	}
	if r.Loads > 0 {
		running, queued := r.Running, r.Queued
		out.Running, out.Queued = &running, &queued
	}
	return out
}

// Amount returns the figure for programs.
func (f Figure) Amount() (a Amount) {
	if f.Told {
		a.Total, a.Unknown = &f.Total, &f.Unknown
	}
	if f.Known {
		a.Used, a.Free = &f.Used, &f.Free
	}
	return a
}

// Records returns all rows for programs.
func (t *Table) Records() []Record {
	out := make([]Record, len(t.Rows))
	for i := range t.Rows {
		out[i] = t.Rows[i].Record()
	}
	return out
}

// Flat returns rows of a table as plain columns: their names, and in each cell a string, an
// int, a float64, or nil for what is not known.
func (t *Table) Flat(rows []Row) (head []string, cells [][]any) {
	head = []string{"group"}
	if t.By == "" {
		head = []string{"name", "id"}
	}
	head = append(head, "nodes", "connected", "reporting")
	for _, r := range Resources() {
		for _, what := range []string{"total", "used", "free", "unknown"} {
			head = append(head, r.String()+"_"+what)
		}
	}
	head = append(head, "running", "queued")
	for i := range rows {
		r := rows[i].Record()
		line := []any{r.Name}
		if t.By == "" {
			line = append(line, idOf(r.ID))
		}
		line = append(line, r.Nodes, r.Connected, r.Reporting)
		for _, a := range []Amount{r.CPU, r.Memory, r.Disk, r.GPU} {
			line = append(line, Plain(a)...)
		}
		cells = append(cells, append(line, plain(r.Running), plain(r.Queued)))
	}
	return head, cells
}

// idOf returns the ID of a node, or nil for a row of several.
func idOf(id string) any {
	if id == "" {
		return nil
	}
	return id
}

// Plain returns the total, what is used, free and not known of an amount, as in [Table.Flat].
func Plain(a Amount) []any {
	return []any{plain(a.Total), plain(a.Used), plain(a.Free), plain(a.Unknown)}
}

// plain returns what a pointer leads to, or nil.
func plain[T any](x *T) any {
	if x == nil {
		return nil
	}
	return *x
}
