package main

// This file holds fleet report.

import (
	"context"
	"errors"
	"iter"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fleet"
	fleetpages "github.com/bacviz/bacviz/fleet/pages"
	"github.com/bacviz/bacviz/internal/outfile"
)

func newFleetReport(std stdio) *cobra.Command {
	var opt fleetFlags
	var folder, title string
	cmd := &cobra.Command{
		Use:   "report DIR|SNAPSHOT.json|MANIFEST|FACTS.jsonl...",
		Short: "Write pages about many clusters",
		Long: `Report writes a folder of pages: index.html and index.md with a picture of each
cluster, what it has, what changed last and which rules do not hold; a page for
each cluster; and the facts that all of it was made of, facts.jsonl.

DIR has a folder for each cluster, SNAPSHOT.json is of the cluster with the name
of its folder, and MANIFEST says where the snapshots of each cluster are; see
"bacviz fleet --help".

A folder that a report was written to before is replaced when the new report is
complete. One with other files in it is refused.`,
		Example: `  bacviz fleet report snapshots/ -o report/
  bacviz fleet report snapshots/ --rules shape.yaml -o report/
  bacviz fleet report 0.jsonl 1.jsonl 2.jsonl -o report/`,
		Args: atLeastOne("DIR, snapshot, MANIFEST or file of facts", "bacviz fleet report snapshots/ -o report/"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if folder == "" {
				return &usageError{errors.New("no folder to write to"), "name one with -o: bacviz fleet report snapshots/ -o report/"}
			}
			if _, err := outfile.CheckFolder(folder); err != nil {
				return explainFleet(cmd.Context(), &usageError{err: err})
			}
			if err := opt.load(cmd.Context(), args, std); err != nil {
				return err
			}
			stop := opt.watch(std)
			err := opt.report(cmd.Context(), args, folder, title)
			stop()
			if err == nil && isTerminal(std.err) {
				std.note("wrote %s", folder)
			}
			return explainFleet(cmd.Context(), err)
		},
	}
	cmd.Flags().StringVarP(&folder, "output", "o", "", "`folder` to write")
	cmd.Flags().StringVar(&title, "title", "Fleet", "`title` of the report")
	opt.add(cmd)
	return cmd
}

// report writes the pages and the facts.
func (o *fleetFlags) report(ctx context.Context, args []string, folder, title string) error {
	return outfile.Folder(ctx, folder, func(put outfile.Put) error {
		facts, err := put("facts" + fleet.Extension)
		if err != nil {
			return err
		}
		defer facts.Close() // a second time, but for errors
		w := fleet.NewWriter(facts)
		lines := func() iter.Seq2[fleet.Line, error] { return w.Through(fleet.Open(ctx, args, o.opt)) }
		if err := fleetpages.Write(ctx, fleet.Reports(ctx, lines()), fleetpages.Options{Title: title}, put); err != nil {
			return err
		}
		return errors.Join(w.Close(), facts.Close())
	})
}
