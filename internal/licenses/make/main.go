// Command make writes down the software that bacviz links: internal/licenses/index.json,
// the texts of the licences beside it, and NOTICE. Run it after a change of a dependency:
//
//	go generate ./internal/licenses
//
// It asks the go command which modules the program links on each system that has a
// release, and reads their licences where the go command keeps them.
package main

import (
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("licenses: ")
	root, err := filepath.Abs("../..")
	if err != nil {
		log.Fatal(err)
	}
	made, err := collect(root)
	if err != nil {
		log.Fatal(err)
	}
	if err := made.write(root); err != nil {
		log.Fatal(err)
	}
}

// madeFiles are the contents of files by their slash-separated paths in the repository.
type madeFiles map[string]string

// texts is the folder with the texts of licences. All files in it are made.
const texts = "internal/licenses/texts"

// collect returns the files that belong to the repository in the folder root.
func collect(root string) (madeFiles, error) {
	modules, err := linked(root)
	if err != nil {
		return nil, err
	}
	all := append(others(), modules...)
	made := madeFiles{}
	for i := range all {
		if err := all[i].complete(root, made); err != nil {
			return nil, fmt.Errorf("%s: %w", all[i].Name, err)
		}
	}
	index, err := indexOf(all)
	if err != nil {
		return nil, err
	}
	made["internal/licenses/index.json"] = index
	made["NOTICE"] = notice(all)
	return made, nil
}

// write writes the files and removes texts that are not among them.
func (m madeFiles) write(root string) error {
	if err := os.MkdirAll(filepath.Join(root, texts), 0o777); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(m)) {
		if err := os.WriteFile(filepath.Join(root, path), []byte(m[path]), 0o666); err != nil {
			return err
		}
	}
	old, err := m.obsolete(root)
	for _, path := range old {
		if err := os.Remove(filepath.Join(root, path)); err != nil {
			return err
		}
	}
	return err
}

// obsolete returns the texts in the repository that are not among m.
func (m madeFiles) obsolete(root string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, texts))
	if err != nil {
		return nil, err
	}
	var old []string
	for _, e := range entries {
		if path := texts + "/" + e.Name(); m[path] == "" {
			old = append(old, path)
		}
	}
	return old, nil
}
