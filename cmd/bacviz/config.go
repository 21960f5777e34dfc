package main

import (
	"slices"

	"github.com/spf13/cobra"
)

// configOptions are the flags of config.
type configOptions struct {
	source sourceFlags
	format string
}

func newConfig(std stdio) *cobra.Command {
	var opt configOptions
	cmd := &cobra.Command{
		Use:        "config",
		SuggestFor: []string{"settings", "env"},
		Short:      "Show the settings in use and where each one comes from",
		Long: `Config prints the settings that apply when no SOURCE is given, and where each
one comes from. As in Bacalhau's own command line, flags come first, then
environment variables, profiles and config.yaml. Below them it prints what
bacviz's own files say, of flags and of clusters that have a name: .bacviz.yaml
of the repository, and config.yaml in the folder bacviz of your settings.
Secrets are masked. Config connects to nothing and changes nothing.`,
		Example: `  bacviz config
  bacviz config --profile staging
  BACALHAU_API_HOST=10.0.0.5 bacviz config -o json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return opt.run(std) },
	}
	cmd.Flags().SortFlags = false
	choiceVar(cmd, &opt.format, "output", "o", "table", "`format`", tableFormats)
	opt.source.addConnection(cmd)
	return cmd
}

// A settingRow is one setting as it is listed.
type settingRow struct {
	Setting string `json:"setting"`
	Value   string `json:"value"`
	From    string `json:"from"`
}

func (o *configOptions) run(std stdio) error {
	settings, err := o.source.resolve(defaultTimeout)
	if err != nil {
		return err
	}
	warnings := slices.Concat(settings.AddressWarnings, settings.Warnings)
	if unread := settings.For(settings.Address).Warning; unread != "" {
		warnings = append(warnings, unread)
	}
	for _, w := range warnings {
		std.warn("%s", w)
	}
	rows, lines := []settingRow{}, [][]string{}
	for _, s := range settings.List() {
		rows = append(rows, settingRow{s.Name, s.Value, s.From})
	}
	rows = append(rows, settingsOf(o.source.cmd).rows()...)
	for _, r := range rows {
		lines = append(lines, []string{r.Setting, r.Value, r.From})
	}
	return printRows(std, o.format, rows, func() string { return table([]string{"setting", "value", "from"}, lines) })
}
