package jobspec

import (
	"slices"
	"strings"
)

// A schema says what a value in a job file may be. The fields are those of all
// versions from v1.4 to v1.9.
type schema struct {
	kind   kind
	fields map[string]*schema // of an object
	of     *schema            // of the elements of a list or a map
}

type kind int

const (
	anyKind kind = iota
	textKind
	looseTextKind // text, or a number, which counts as the text that it is written as
	intKind
	objectKind
	listKind
	mapKind
)

var (
	anyValue  = &schema{}
	text      = &schema{kind: textKind}
	looseText = &schema{kind: looseTextKind}
	integer   = &schema{kind: intKind}
	typed     = objectOf(map[string]*schema{"Type": text, "Params": {kind: mapKind, of: anyValue}})
	textMap   = &schema{kind: mapKind, of: looseText}

	jobSchema = objectOf(map[string]*schema{
		"Name": text, "Namespace": text, "Type": text, "Priority": integer, "Count": integer,
		"Constraints": listOf(objectOf(map[string]*schema{"Key": text, "Operator": text, "Values": listOf(looseText)})),
		"Meta":        textMap, "Labels": textMap, "Tasks": listOf(taskSchema),
		// Fields that an orchestrator adds, and ignores when a job is submitted.
		"ID": text, "State": anyValue, "Version": integer, "Revision": integer, "CreateTime": integer, "ModifyTime": integer,
	})
	taskSchema = objectOf(map[string]*schema{
		"Name": text, "Engine": typed, "Publisher": typed, "Env": textMap, "Meta": textMap,
		"InputSources": listOf(objectOf(map[string]*schema{"Source": typed, "Alias": text, "Target": text})),
		"ResultPaths":  listOf(objectOf(map[string]*schema{"Name": text, "Path": text})),
		"Resources":    objectOf(map[string]*schema{"CPU": looseText, "Memory": looseText, "Disk": looseText, "GPU": looseText}),
		"Network": objectOf(map[string]*schema{
			"Type": text, "Domains": listOf(text),
			"Ports": listOf(objectOf(map[string]*schema{"Name": text, "Static": integer, "Target": integer, "HostNetwork": text})),
		}),
		"Timeouts": objectOf(map[string]*schema{"ExecutionTimeout": integer, "QueueTimeout": integer, "TotalTimeout": integer}),
	})
)

func objectOf(fields map[string]*schema) *schema { return &schema{kind: objectKind, fields: fields} }
func listOf(of *schema) *schema                  { return &schema{kind: listKind, of: of} }

// field finds a field by its name in any case, and returns its name in the case of
// the API.
func (p *schema) field(name string) (string, *schema) {
	for own, f := range p.fields {
		if strings.EqualFold(own, name) {
			return own, f
		}
	}
	return "", nil
}

// fieldNames returns the names of the fields of an object, sorted.
func fieldNames(p *schema) []string {
	var names []string
	for name := range p.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
