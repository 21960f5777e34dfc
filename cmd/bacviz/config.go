package main

import (
	"bytes"

	"github.com/spf13/cobra"
)

func newConfig(std stdio) *cobra.Command {
	var source sourceFlags
	var format string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the orchestrator in use and where each setting comes from",
		Long: `Config prints the settings that apply when no SOURCE is given, and where each
one comes from. As in Bacalhau's own command line, flags come first, then
environment variables, profiles and config.yaml. Secrets are masked. Config
connects to nothing and changes nothing.`,
		Example: `  bacviz config
  bacviz config --profile staging
  BACALHAU_API_HOST=10.0.0.5 bacviz config -o json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			settings, err := source.resolve(defaultTimeout)
			if err != nil {
				return err
			}
			for _, w := range settings.Warnings {
				std.warn("%s", w)
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
				rows = append(rows, []string{s.Name, s.Value, s.From})
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
	choiceVar(cmd, &format, "output", "o", "table", "`format`", tableFormats)
	source.addConnection(cmd)
	return cmd
}
