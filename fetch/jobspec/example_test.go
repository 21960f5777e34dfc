package jobspec_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/bacviz/bacviz/fetch/jobspec"
)

func ExampleRead() {
	const file = `
name: hello
tasks:
  - name: main
    engine: {type: docker, params: {Image: ubuntu}}
`
	spec, err := jobspec.Read(strings.NewReader(file), "hello.yaml")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", spec.Request())

	_, err = jobspec.Read(strings.NewReader("name: hello\ntask: []\n"), "hello.yaml")
	fmt.Println(err)
	// Output:
	// {"Job":{"Name":"hello","Tasks":[{"Engine":{"Params":{"Image":"ubuntu"},"Type":"docker"},"Name":"main"}]}}
	// reading the job: hello.yaml: line 2, column 1: unknown field "task" in the job
}
