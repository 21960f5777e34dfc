package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// serveThousandJobs answers for 1,000 jobs that run, with 10 executions each on 200
// nodes, as v1.9 does: whole jobs in pages of 200, and in each execution.
func serveThousandJobs(b *testing.B) *httptest.Server {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 200})[0]
	behind := clustertest.ServeCluster(b, "v1.9.3", list)
	job := func(i int) string {
		return fmt.Sprintf(`{"ID":"j-%08x-0000-4000-8000-000000000000","Name":"job-%d","Namespace":"default","Type":"batch","Count":10,`+
			`"State":{"StateType":"Running"},"Tasks":[{"Name":"main","Engine":{"Type":"docker","Params":{"Image":"ubuntu:latest","Entrypoint":["echo"],"Parameters":["hello, world"]}},`+
			`"Publisher":{"Type":""},"Resources":{},"Network":{"Type":"None"},"Timeouts":{}}],"Version":1,"CreateTime":%d,"ModifyTime":%d}`, i, i, 1795442128290029517+int64(i), 1795442129290029517+int64(i))
	}
	answers := map[string][]byte{}
	for page := range 5 {
		var jobs []string
		for i := page * 200; i < (page+1)*200; i++ {
			jobs = append(jobs, job(i))
			var executions []string
			for k := range 10 {
				executions = append(executions, fmt.Sprintf(`{"ID":"e-%08x-%04x-4000-8000-000000000000","NodeID":%q,"JobID":"j-%08x-0000-4000-8000-000000000000","Job":%s,`+
					`"AllocatedResources":{"Tasks":{"main":{"CPU":0.5,"Memory":1073741824}}},"DesiredState":{"StateType":1},"ComputeState":{"StateType":%d},"PublishedResult":{"Type":""},`+
					`"RunOutput":{"Stdout":"hello, world\n","stderr":"","ExitCode":0},"PartitionIndex":%d,"CreateTime":1,"ModifyTime":2}`,
					i, k, list.Nodes[1+(i*7+k*20)%200].ID, i, job(i), []int{6, 9, 10, 6}[(i+k)%4], k))
			}
			answers[fmt.Sprintf("%s/j-%08x-0000-4000-8000-000000000000/executions", clustertest.PathJobs, i)] = []byte(`{"NextToken":"","Items":[` + strings.Join(executions, ",") + `]}`)
		}
		next, token := fmt.Sprint("page", page+1), ""
		if page > 0 {
			token = fmt.Sprint("page", page)
		}
		if page == 4 {
			next = ""
		}
		answers[clustertest.PathJobs+token] = []byte(`{"NextToken":"` + next + `","Items":[` + strings.Join(jobs, ",") + `]}`)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := answers[r.URL.Path+r.URL.Query().Get("next_token")]; ok {
			w.Header().Set("X-Bacalhau-Git-Version", "v1.9.3")
			_, _ = w.Write(text) // the client may have gone
			return
		}
		behind.Config.Handler.ServeHTTP(w, r)
	}))
	b.Cleanup(s.Close)
	return s
}

// BenchmarkOverlay1000 draws 1,000 jobs with 10 executions each on 200 nodes. It
// reports the time to fetch the same answers with net/http alone, as many at a time,
// which is the server's own time; the time that drawing takes beyond that; and the peak
// memory of the Go runtime, the server's included. On a busy machine processor time is
// the better measure.
func BenchmarkOverlay1000(b *testing.B) {
	b.Setenv("BACALHAU_DIR", b.TempDir())
	s := serveThousandJobs(b)
	file := filepath.Join(b.TempDir(), "overlay.svg")

	peak := clustertest.WatchMemory()
	var all, server, cpu time.Duration
	for b.Loop() {
		start, used := time.Now(), clustertest.CPUTime()
		fetchAlone(b, s.URL)
		server += time.Since(start)
		start, cpu = time.Now(), cpu-(clustertest.CPUTime()-used)
		used = clustertest.CPUTime()
		var errs bytes.Buffer
		if status := run(b.Context(), []string{"render", s.URL, "--jobs", "running", "-o", file}, stdio{strings.NewReader(""), io.Discard, &errs}); status != 0 || errs.Len() > 0 {
			b.Fatalf("exit status %d: %s", status, &errs)
		}
		all, cpu = all+time.Since(start), cpu+(clustertest.CPUTime()-used)
	}
	most := peak()
	n := float64(b.N)
	b.ReportMetric(server.Seconds()/n, "server-s")
	b.ReportMetric((all-server).Seconds()/n, "beyond-s")
	b.ReportMetric(cpu.Seconds()/n, "beyond-cpu-s")
	b.ReportMetric(float64(most)/1e6, "peak-MB")
}

// fetchAlone sends the requests of the overlay, and reads the answers.
func fetchAlone(b *testing.B, base string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	get := func(path string) {
		resp, err := client.Get(base + path)
		if err != nil {
			b.Error(err)
			return
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	get(clustertest.PathNodes)
	for page := range 5 {
		token := ""
		if page > 0 {
			token = fmt.Sprint("?next_token=page", page)
		}
		get(clustertest.PathJobs + token)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i := range 1000 {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			get(fmt.Sprintf("%s/j-%08x-0000-4000-8000-000000000000/executions", clustertest.PathJobs, i))
		})
	}
	wg.Wait()
}
