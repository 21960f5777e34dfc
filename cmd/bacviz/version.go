package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// These say what was released, where the sources that were compiled have no version: in
// the tree of an archive, and where the go command may not ask git. They are set by
//
//	go build -ldflags "-X main.release=v1.2.3 -X main.commit=HASH" ./cmd/bacviz
//
// Both may be empty, and count for more than what the go command recorded.
var release, commit string

// A buildInfo says of what the program was made.
type buildInfo struct {
	Version  string `json:"version"` // such as v1.2.3, or (devel)
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`     // of the commit, in RFC 3339
	Modified bool   `json:"modified,omitempty"` // whether files differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// build returns what is known of the program's own build.
func build() buildInfo {
	b := buildInfo{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			b.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Time = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	if release != "" {
		b.Version = release
	}
	if commit != "" && commit != b.Commit {
		b.Commit, b.Time, b.Modified = commit, "", false
	}
	return b
}

// version returns the version of the program, the toolchain and the platform in a line.
func version() string {
	b := build()
	return fmt.Sprintf("bacviz %s %s %s", b.Version, b.Go, b.Platform)
}

func newVersion(std stdio) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "version",
		GroupID: otherCommands,
		Short:   "Print the version",
		Long: `Version prints the version of bacviz, that of Go, and the platform. JSON also
has the commit, its time, and whether files were changed, if the build knew.`,
		Example: `  bacviz version
  bacviz version -o json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format == "text" {
				return std.print(cmd.Context(), []byte(version()+"\n"))
			}
			return printRows(std, format, build(), nil)
		},
	}
	choiceVar(cmd, &format, "output", "o", "text", "`format`", choices{"text", "json", "yaml"})
	return cmd
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, got %q", cmd.CommandPath(), shown(args[0]))
	}
	return nil
}
