package main

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

func newConfig(std stdio) *cobra.Command {
	var source sourceFlags
	var format string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Tell which orchestrator is asked, and why",
		Long: `Config prints the settings that are in force when no SOURCE is given, and where
each one came from. They are found as Bacalhau's own command line finds them:
flags, environment variables, profiles and config.yaml, in this order. Secrets
are masked. Nothing is asked and nothing is changed.`,
		Example: `  bacviz config
  bacviz config --profile staging
  BACALHAU_API_HOST=10.0.0.5 bacviz config -o json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf("format", format, "table", "json", "yaml"); err != nil {
				return err
			}
			settings, err := source.resolve(fetch.DefaultTimeout)
			if err != nil {
				return err
			}
			for _, w := range settings.Warnings {
				std.warn("%s", oneLine(w))
			}
			type entry struct {
				Setting string `json:"setting" yaml:"setting"`
				Value   string `json:"value" yaml:"value"`
				From    string `json:"from" yaml:"from"`
			}
			list := []entry{}
			rows := [][]string{}
			for _, s := range settings.List() {
				list = append(list, entry{s.Name, s.Value, s.From})
				rows = append(rows, []string{s.Name, display.Printable(s.Value), display.Printable(s.From)})
			}
			if format != "table" {
				var b bytes.Buffer
				if err := encode(&b, format, list); err != nil {
					return err
				}
				return std.print(b.Bytes())
			}
			return std.print([]byte(table([]string{"setting", "value", "from"}, rows, 0)))
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVarP(&format, "output", "o", "table", "`format`: table, json, yaml")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json", "yaml"}, cobra.ShellCompDirectiveNoFileComp))
	source.addConnection(cmd)
	return cmd
}
