package natural_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/internal/natural"
)

func TestAReleaseIsNewerThanItsCandidatesAndBuilds(t *testing.T) {
	want := []string{
		"", "dev build", "no idea", "v0.0.0-dev", "1.8.0", "1.9.3", "v1.9.3", "v1.10.0-rc1+dirty", "v1.10.0-rc1", "v1.10.0-rc1.2",
		"v1.10.0+dirty", "v1.10.0", "v1.11.0",
	}
	got := slices.SortedFunc(slices.Values(slices.Sorted(slices.Values(want))), natural.CompareVersions)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
