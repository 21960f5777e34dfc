// Command soak holds a server of bacviz for a while: an orchestrator whose nodes come and
// go, and clients that follow the events. It checks that each client gets each event once
// and in order, and prints how long they take and how the server's memory grows.
//
//	go run ./bench/soak -for 10m
//
// It exits with 1 if an event is lost or doubled, if the 99th percentile of the delivery is
// above half a second, or if memory grows by more than a quarter after the first tenth of
// the time.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.program, "bacviz", "", "the program to test (default: built from this module)")
	flag.IntVar(&o.clients, "clients", 200, "clients that follow the events")
	flag.IntVar(&o.nodes, "nodes", 1000, "nodes of the network")
	flag.IntVar(&o.rate, "rate", 10, "changes of the network in a second")
	flag.DurationVar(&o.length, "for", 10*time.Minute, "how long")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := soak(ctx, o, func(line string) { _, _ = io.WriteString(os.Stderr, line+"\n") })
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	fmt.Println(report)
	if err := report.check(); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}
