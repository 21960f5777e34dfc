package main

// This file holds the rules for a result that goes nowhere or to the wrong place: flags
// that have no effect on it are refused, and so is a file that the command reads.

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// flagUses says which part of a format each flag of a picture changes. Flags that are not
// here change every format.
var flagUses = map[string]output.Uses{
	"link": output.UsesLink, "ascii": output.UsesASCII, "theme": output.UsesTheme, "scale": output.UsesScale, "limit": output.UsesLimit,
	"engine": output.UsesPlaces, "width": output.UsesPlaces, "height": output.UsesPlaces,
	"explain":  output.UsesPlaces, // who placed the nodes
	"fill":     output.UsesPlaces, // by which cells are sorted
	"capacity": output.UsesDetails | output.UsesLines,
	"size-by":  output.UsesSizes, "color-by": output.UsesColors,
}

// asked reports whether a flag has another value than its default, which asks for nothing.
func asked(f *pflag.FlagSet, name string) bool {
	flag := f.Lookup(name)
	return flag != nil && flag.Changed && flag.Value.String() != flag.DefValue
}

// refuseUnused refuses flags that would not change a picture of that format by that engine.
func refuseUnused(f *pflag.FlagSet, engine, format string) error {
	if err := refuseForFormat(f, format); err != nil {
		return err
	}
	return refuseForEngine(f, engine, format)
}

// refuseForFormat refuses flags that would not change a picture of that format.
func refuseForFormat(f *pflag.FlagSet, format string) (err error) {
	f.Visit(func(flag *pflag.Flag) {
		uses, isOfPicture := flagUses[flag.Name]
		if err != nil || !isOfPicture || !asked(f, flag.Name) {
			return
		}
		var others []string
		for _, other := range output.Formats() {
			if other.Name == format && other.Uses&uses != 0 {
				return
			}
			if other.Uses&uses != 0 {
				others = append(others, other.Name)
			}
		}
		err = &usageError{fmt.Errorf("--%s has no effect on %s", flag.Name, format), "leave it out, or write " + strings.Join(others, ", ")}
	})
	return err
}

// refuseForEngine refuses --fill and --capacity with an engine whose nodes have no room for
// what they show. Some formats have the capacity in words, whatever the engine.
func refuseForEngine(f *pflag.FlagSet, engine, format string) error {
	if !inWords(format) {
		if err := refuseWith(f, "capacity", engine, func(e layout.Engine) bool { return e.Details }); err != nil {
			return err
		}
	}
	return refuseWith(f, "fill", engine, func(e layout.Engine) bool { return e.Load })
}

// inWords reports whether a format has the capacity of nodes whatever the engine draws.
func inWords(format string) bool {
	return slices.ContainsFunc(output.Formats(), func(f output.Format) bool {
		return f.Name == format && f.Uses&output.UsesDetails != 0
	})
}

// refuseWith refuses a flag with an engine that does not draw what it asks for.
func refuseWith(f *pflag.FlagSet, name, engine string, draws func(layout.Engine) bool) error {
	if !asked(f, name) {
		return nil
	}
	var others []string
	for _, e := range layout.Engines() {
		switch {
		case e.Name == engine && draws(e):
			return nil
		case draws(e):
			others = append(others, e.Name)
		}
	}
	return &usageError{fmt.Errorf("--%s has no effect on --engine %s", name, engine), "leave it out, or draw with " + strings.Join(others, ", ")}
}

// refusePicture refuses the flags of a picture where none is drawn.
func refusePicture(f *pflag.FlagSet, format string) (err error) {
	f.Visit(func(flag *pflag.Flag) {
		if under := flag.Annotations[headingKey]; err == nil && slices.Contains(under, pictureHeading) && flag.Value.String() != flag.DefValue {
			err = &usageError{fmt.Errorf("--%s is for a picture, and has no effect on a list in %s", flag.Name, format), "add -o changes.svg to draw one"}
		}
	})
	return err
}

// filesOfFlags are the flags that name files to read.
var filesOfFlags = []string{
	"theme", "rules", "redact-key", "token-file", "notify-file", "tls-cert", "tls-key", config.KeyFile, config.PasswordFile, config.CACert, config.ClientCert, config.ClientKey,
}

// refuseOverwrite refuses to write to a file that is a SOURCE, or that a flag names to
// read.
func refuseOverwrite(f *pflag.FlagSet, file string, sources []string, std stdio) error {
	refuse := func(what string) error {
		return &usageError{fmt.Errorf("-o %s would overwrite %s", file, what), "name another file with -o"}
	}
	for _, source := range places(sources) {
		switch stdin, isFile := std.in.(*os.File); {
		case sameFile(withoutTime(source), file):
			return refuse("the source " + shown(source))
		case isVersion(source, file):
			return refuse("a version that is read from " + shown(source))
		case source == "-" && isFile && sameOpenFile(stdin, file):
			return refuse("the file that standard input is read from")
		}
	}
	for _, name := range filesOfFlags {
		if flag := f.Lookup(name); flag != nil && flag.Value.String() != "" && sameFile(flag.Value.String(), file) {
			return refuse("the file of --" + name)
		}
	}
	return nil
}

// isVersion reports whether a file is one of those of a folder, or REPOSITORY:FILE in its work
// tree.
func isVersion(source, file string) bool {
	if outfile.IsStdout(file) || isURL(source) {
		return false
	}
	if repository, path, is := cutRepository(source); is {
		return sameFile(filepath.Join(repository, path), file)
	}
	paths, err := versions.Paths(source)
	return err == nil && slices.ContainsFunc(paths, func(path string) bool { return sameFile(path, file) })
}

// sameFile reports whether two paths lead to one regular file. In WebAssembly that is known of
// equal paths alone: a file may be spoilt for writing by a look at it (internal/outfile).
func sameFile(a, b string) bool {
	if runtime.GOOS == "wasip1" {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	x, err := os.Stat(a)
	return err == nil && leadsTo(b, x)
}

// sameOpenFile reports whether a path leads to the regular file that is open.
func sameOpenFile(open *os.File, path string) bool {
	if runtime.GOOS == "wasip1" {
		return false
	}
	x, err := open.Stat()
	return err == nil && leadsTo(path, x)
}

// leadsTo reports whether a path leads to a file, which is a regular one.
func leadsTo(path string, file os.FileInfo) bool {
	if !file.Mode().IsRegular() {
		return false
	}
	other, err := os.Stat(path)
	return err == nil && os.SameFile(file, other)
}

// refuseOtherFormat refuses a file whose extension is that of a format which the command
// does not write: it writes JSON only.
func refuseOtherFormat(file string) error {
	if outfile.IsStdout(file) {
		return nil
	}
	extension := strings.TrimPrefix(filepath.Ext(file), ".")
	others := slices.Concat(pictureFormats(), choices{"yaml", "csv", "xml", "gz", "zip", "zst"})
	if word, known := others.find(extension); known && word != "json" {
		return &usageError{fmt.Errorf("-o %s: a snapshot is JSON, not %s", file, extension), "name a file that ends in .json"}
	}
	return nil
}

// refuseAddresses refuses an address as the value of a flag that names a file.
func refuseAddresses(flags *pflag.FlagSet) error {
	var err error
	flags.Visit(func(f *pflag.Flag) {
		kind, _ := pflag.UnquoteUsage(f)
		toWrite := f.Name == "output" && kind == "file" // other commands name a format
		if err == nil && (toWrite || slices.Contains(filesOfFlags, f.Name)) {
			err = refuseAddress("--"+f.Name+" ", f.Value.String(), toWrite)
		}
	})
	return err
}

// refuseAddress refuses an address in place of a file, to write or to read. Its name is
// for the message.
func refuseAddress(name, file string, toWrite bool) error {
	if !isURL(file) {
		return nil
	}
	if _, err := os.Stat(file); err == nil { // a file may have such a name
		return nil
	}
	hint := "save what is there in a file, and name that"
	if toWrite {
		hint = "name a file, and copy that to its place"
	}
	return &usageError{fmt.Errorf("%s%s: an address, not a file", name, shown(file)), hint}
}
