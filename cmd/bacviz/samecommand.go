package main

// This file makes commands that ask the same orchestrator, for hints that can be run as they are.

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/lazy"
)

// sameFlags are those that say where the orchestrator is, and who asks. None has a secret in it.
var sameFlags = []string{
	config.Host, config.Port, config.TLS, config.CACert, config.ClientCert, config.ClientKey, config.Insecure, config.Profile,
	config.KeyFile, config.Username, config.PasswordFile,
}

// connectionWords returns the flags of a command that asks the same orchestrator, for a shell, and what
// has to be added to them, which is secret; empty for nothing. The flag for the address has a name of
// its own.
func connectionWords(flags *pflag.FlagSet, host string) (words []string, add string) {
	for _, name := range sameFlags {
		flag := flags.Lookup(name)
		switch {
		case flag == nil || !isSaid(flag):
		case name == config.Host:
			public, had := withoutUser(flag.Value.String())
			if had {
				add = ", with the user name and the password in the address again"
			}
			words = append(words, "--"+host, shellWord(public))
		case flag.Value.Type() == "bool":
			words = append(words, "--"+name+"="+flag.Value.String())
		default:
			words = append(words, "--"+name, shellWord(flag.Value.String()))
		}
	}
	return words, add
}

// isSaid reports whether a flag was given, and not by a file of settings, which gives it again.
func isSaid(flag *pflag.Flag) bool { return flag.Changed && fromSettings(flag) == "" }

// again returns a command of bacviz job that asks the same orchestrator, such as executions ID --logs.
func (o *jobFlags) again(command string, words ...string) string {
	connection, _ := connectionWords(o.source.cmd.Flags(), config.Host)
	all := append([]string{"bacviz", "job", command}, connection...)
	for _, word := range words {
		all = append(all, shellWord(word))
	}
	return strings.Join(all, " ")
}

// withoutUser returns an address without a user name and a password, and whether it had any.
func withoutUser(address string) (string, bool) {
	scheme, rest, ok := strings.Cut(address, "://")
	if scheme += "://"; !ok {
		scheme, rest = "", address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	return scheme + rest[at+1:], at >= 0
}

// shellPlain matches words that need no quotes in a shell.
var shellPlain = lazy.Regexp(`^[\pL\pN./_:,@%+-]+$`)

// shellWord returns a text as one word for a shell.
func shellWord(text string) string {
	if shellPlain().MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
