package gctune

import (
	"io/fs"
	"os"
	"runtime/debug"
	"testing"
)

func TestLimitIsAnEighthOfTheMemoryWithinBounds(t *testing.T) {
	const gib = 1 << 30
	for _, test := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"not known", nil, leastLimit},
		{"unreadable", map[string]string{"/proc/meminfo": "MemTotal: many kB\n", "/sys/fs/cgroup/memory.max": "?"}, leastLimit},
		{"empty", map[string]string{"/proc/meminfo": "", "/sys/fs/cgroup/memory.max": ""}, leastLimit},
		{"small machine", map[string]string{"/proc/meminfo": "MemTotal:        1048576 kB\nMemFree: 1 kB\n"}, leastLimit},
		{"middling machine", map[string]string{"/proc/meminfo": "MemTotal:        2097152 kB\nMemFree: 1 kB\n", "/sys/fs/cgroup/memory.max": "max\n"}, 2 * gib / 8},
		{"large machine", map[string]string{"/proc/meminfo": "MemTotal:       67108864 kB\n"}, mostLimit},
		{"small container on a large machine", map[string]string{"/proc/meminfo": "MemTotal: 67108864 kB\n", "/sys/fs/cgroup/memory.max": "2147483648\n"}, 2 * gib / 8},
		{"tiny container", map[string]string{"/proc/meminfo": "MemTotal: 67108864 kB\n", "/sys/fs/cgroup/memory.max": "134217728\n"}, 96 << 20},
		{"old container", map[string]string{"/proc/meminfo": "MemTotal: 67108864 kB\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2147483648\n"}, 2 * gib / 8},
		{"old container without a limit", map[string]string{"/proc/meminfo": "MemTotal: 2097152 kB\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 2 * gib / 8},
	} {
		read := func(file string) ([]byte, error) {
			if text, ok := test.files[file]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		}
		if got := limitFor(machineMemory(read)); got != test.want {
			t.Errorf("%s: the limit is %d, not %d", test.name, got, test.want)
		}
	}
}

// A network of a million nodes keeps 1.1 GB in use, and shall take less than 1.5 GB in all.
func TestLimitIsLittleAboveWhatIsInUse(t *testing.T) {
	const mib = 1 << 20
	for live, want := range map[int64]int64{0: 0, 400 * mib: 500 * mib, 512 * mib: 640 * mib, 800 * mib: 928 * mib, 1600 * mib: 1800 * mib, 1 << 40: 9 << 37} {
		if got := limitAbove(live); got != want {
			t.Errorf("the limit above %d MiB is %d MiB, not %d", live/mib, got/mib, want/mib)
		}
	}
}

// A server must not keep 220 MB of garbage until its first collection.
func TestGarbageOfAProgramThatStaysIsCollectedAsUsual(t *testing.T) {
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC is set")
	}
	defer debug.SetGCPercent(100)
	for percent, say := range map[int]func(){100: Stays, 400: Streams} {
		debug.SetGCPercent(firstPercent)
		say()
		if got := debug.SetGCPercent(firstPercent); got != percent {
			t.Errorf("GOGC is %d, not %d", got, percent)
		}
	}
}
