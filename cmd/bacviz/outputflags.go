package main

// This file holds -o and -f: where a result goes, and in which format.

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/output"
)

// outputFlags say to which file a result goes, and in which format.
type outputFlags struct {
	file, format string
	formats      choices
	flags        *pflag.FlagSet // that they are of
}

// add defines the flags. The usage text of -f lists the formats.
func (o *outputFlags) add(cmd *cobra.Command, formats choices, fileUsage, formatUsage string) {
	o.formats, o.flags = formats, cmd.Flags()
	cmd.Flags().StringVarP(&o.file, "output", "o", "", fileUsage)
	cmd.Flags().VarP(&choiceValue{&o.format, formats}, "format", "f", formatUsage)
}

// resolve finds the format: the one of -f, else the one that the file's extension
// names, else the standard one.
func (o *outputFlags) resolve(standard string) error {
	named := ""
	if o.file != "" && !outfile.IsStdout(o.file) {
		extension := strings.TrimPrefix(filepath.Ext(o.file), ".")
		word, known := o.formats.find(extension)
		switch {
		case known:
			named = word
		case o.format != "":
		case extension == "":
			if err := checkFile(o.file); err != nil {
				return err
			}
			hint := "add an extension, or name the format with -f"
			if word, known := o.formats.find(o.file); known {
				hint = "-o names a file; -f " + word + " names the format"
			}
			return &usageError{
				fmt.Errorf("-o %s has no extension that names a format (have %s)", o.file, o.formats),
				hint,
			}
		default:
			return usagef("unknown format %q of -o %s (have %s)", extension, o.file, o.formats)
		}
	}
	if o.format != "" && named != "" && o.format != named && o.flags.Changed("format") && yields(o.flags, "output") {
		named = ""
	}
	if o.format != "" && named != "" && o.format != named && !yields(o.flags, "format") {
		return &usageError{fmt.Errorf("-f %s conflicts with -o %s", o.format, o.file), "leave out -f, or change the extension"}
	}
	o.format = cmp.Or(o.format, named, standard)
	return nil
}

// toStdout makes standard output the place of a result that has none, and refuses
// to write one to a terminal that is not text.
func (o *outputFlags) toStdout(std stdio) error {
	o.file = cmp.Or(o.file, outfile.Stdout)
	if outfile.IsStdout(o.file) && isTerminal(std.out) && output.Binary(o.format) {
		return &usageError{fmt.Errorf("%s is a binary format, which a terminal cannot show", o.format), "name a file with -o, or redirect the output"}
	}
	return checkFile(o.file)
}

// checkFile refuses a file that cannot be written, before any work is done.
func checkFile(file string) error {
	if err := outfile.Check(file); err != nil {
		return &usageError{err: err}
	}
	return nil
}

// writeResult writes a result to its file, and says so on a terminal. A file is written
// while limited lasts; standard output, whose reader takes its time, while ctx does.
func writeResult(ctx, limited context.Context, file string, data []byte, std stdio) error {
	if outfile.IsStdout(file) {
		return std.print(ctx, data)
	}
	if err := outfile.Write(limited, file, std.out, std.guardedFor(file, data)); err != nil {
		return err
	}
	noteWritten(file, std)
	return nil
}

// streamResult is writeResult of a long result that write writes in pieces, while limited lasts.
// A file gets them as they come, and its name when it has all; anything else gets nothing
// before all are there.
func streamResult(ctx, limited context.Context, file string, std stdio, write func(io.Writer) error) error {
	if outfile.Replaces(file) {
		err := outfile.Stream(limited, file, std.out, func(w io.Writer) error {
			b := bufio.NewWriterSize(w, 64<<10) // of texts that are longer, only the first is copied
			if err := write(b); err != nil {
				return err
			}
			return b.Flush()
		})
		if err != nil {
			return err
		}
		noteWritten(file, std)
		return nil
	}
	text, err := within(limited, func() ([]byte, error) {
		var text bytes.Buffer
		err := write(&text)
		return text.Bytes(), err
	})
	if err != nil {
		return err
	}
	return writeResult(ctx, limited, file, text, std)
}

// noteWritten says on a terminal that a file was written.
func noteWritten(file string, std stdio) {
	if isTerminal(std.err) {
		std.note("wrote %s", file)
	}
}
