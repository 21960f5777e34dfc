package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dustin/go-humanize"
	"k8s.io/apimachinery/pkg/util/duration"
)

func TestBytesAreShownAsHumanizeHasThem(t *testing.T) {
	holds := func(n uint64) {
		if want := strings.ReplaceAll(humanize.IBytes(n), " ", ""); string(appendBytes(nil, n)) != want {
			t.Errorf("%d: %s, want %s", n, appendBytes(nil, n), want)
		}
	}
	for n := range uint64(20_000) {
		holds(n)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		holds(rnd.Uint64() >> (1 + rnd.IntN(63)))
	}
	for power := uint64(1024); power < 1<<50; power *= 1024 {
		for tenth := uint64(1); tenth <= 1030; tenth++ {
			holds(power * tenth)
			holds(power / 10 * tenth)
			holds(power*tenth + power/20)
		}
		holds(power - 1)
	}
}

func TestCoresAreShownAsHumanizeHasThem(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 20_000 {
		n := []float64{float64(i), float64(i) / 100, rnd.Float64() * 1000, -rnd.Float64(), math.Inf(1), math.NaN()}[i%6]
		if got, want := string(appendCores([]byte("0."), n)), "0."+humanize.FtoaWithDigits(n, 2); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
}

func TestLabelsAreSortedAsTheyAreShown(t *testing.T) {
	labels := map[string]string{}
	var want []string
	for _, key := range []string{"a", "a-b", "a.b", "a=", "a=b", "A", "", "ab", "é", "name", "GPU-0"} {
		labels[key] = strings.ToUpper(key)
		want = append(want, key+"="+labels[key])
	}
	slices.Sort(want)
	if got := string(appendLabels(nil, labels, true)); got != strings.Join(want, ",") {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := string(appendLabels([]byte("b"), labels, false)), "b=,"; !strings.HasPrefix(got, want) || strings.Contains(got, "name") || strings.Contains(got, "GPU-0") {
		t.Error(got)
	}
}

func TestAgesAreShownAsKubectlHasThem(t *testing.T) {
	holds := func(age time.Duration) {
		if got, want := string(appendAge(nil, age)), duration.HumanDuration(age); got != want {
			t.Errorf("%v: %s, want %s", age, got, want)
		}
	}
	for age := time.Duration(0); age < 3*time.Hour+time.Minute; age += 499 * time.Millisecond {
		holds(age)
	}
	for age := time.Duration(0); age < 9*day; age += 59 * time.Second {
		holds(age)
	}
	for age := 8 * day; age < 20*year; age += 11*time.Hour + 1 {
		holds(age)
	}
	holds(math.MaxInt64)
}
