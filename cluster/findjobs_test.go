package cluster_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

func TestFindJobsTakesWhatPicturesShow(t *testing.T) {
	all := []cluster.Job{
		{ID: "j-0d2d943b-1111-4111-8111-111111111111", Name: "hello"},
		{ID: "j-0d2d943c-1111-4111-8111-111111111111", Name: "hello"},
		{ID: "j-cd613e30-1111-4111-8111-111111111111", Name: "nightly backup of the archive"},
		{ID: "j-cd613e31-1111-4111-8111-111111111111"},
		{ID: "j-cd613e32-1111-4111-8111-111111111111", Name: "j-cd613e31"},
	}
	for text, want := range map[string]string{
		"j-0d2d943b-1111-4111-8111-111111111111": "0",
		"j-0d2d943b":                             "0",
		"j-0d":                                   "01",
		"hello":                                  "01",
		"hello j-0d2d943c":                       "1",
		"hel…943c":                               "1",
		"nightly backup of the archive":          "2",
		"nightly…archive":                        "2",
		"j-cd613e31":                             "3", // an ID before a name
		"j-cd613e32-…1":                          "4",
		"archive":                                "",
		"":                                       "",
	} {
		got := ""
		for _, j := range cluster.FindJobs(all, text) {
			for i := range all {
				if all[i].ID == j.ID {
					got += string(rune('0' + i))
				}
			}
		}
		if got != want {
			t.Errorf("%q means %s, want %s", text, strings.Split(got, ""), strings.Split(want, ""))
		}
	}
}
