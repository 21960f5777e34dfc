package main

// This file makes sources of the names of clusters that a file of settings has.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/settings"
)

// clusterFlags are the flags that the fields of a cluster stand for.
var clusterFlags = map[string]string{
	"profile": config.Profile, "key-file": config.KeyFile, "username": config.Username, "password-file": config.PasswordFile,
	"cacert": config.CACert, "client-cert": config.ClientCert, "client-key": config.ClientKey, "insecure": config.Insecure,
}

// clusterFiles are the fields that name a file.
var clusterFiles = []string{"key-file", "password-file", "cacert", "client-cert", "client-key", "history"}

// cluster checks a cluster. That of a repository has no more than an address or a history: the
// rest decides where keys go, and whom they are shown to.
func (c settingsChecker) cluster(cluster settings.Cluster) error {
	for _, name := range settings.Fields {
		v, ok := cluster.Values[name]
		if !ok {
			continue
		}
		switch {
		case v.Text() == "":
			return wrongSetting(v.Place, "", "%s is empty", name)
		case !cluster.Own && name != "url" && name != "history":
			return wrongSetting(v.Key, trustHint(c.file), "a repository cannot set the %s of a cluster, which decides where keys go", name)
		case slices.Contains(clusterFiles, name):
			if _, err := resolvePath(c.file, v); err != nil {
				return err
			}
		}
	}
	if v, ok := cluster.Values["insecure"]; ok {
		if _, err := strconv.ParseBool(v.Text()); err != nil {
			return wrongSetting(v.Place, "", "insecure is not true or false")
		}
	}
	if v, ok := cluster.Values["url"]; ok {
		source, err := fetch.Parse(v.Text(), fetch.ParseOptions{})
		if _, isURL := source.(*bacalhau.Client); err != nil || !isURL {
			return wrongSetting(v.Place, "write it like http://10.0.0.5:1234", "%s is not the URL of an orchestrator", shown(v.Text()))
		}
	}
	return nil
}

// cluster returns the cluster of a name. If two files mean different networks by it, that is
// an error: neither the user nor the repository may take the place of the other.
func (u *settingsInUse) cluster(name string) (found *settings.Cluster, file *settings.File, err error) {
	for _, f := range u.files {
		for i := range f.Clusters {
			c := &f.Clusters[i]
			switch {
			case c.Name != name:
			case found == nil || c.Own && sameNetwork(*found, *c):
				found, file = c, f
			case !sameNetwork(*found, *c):
				return nil, nil, &usageError{
					fmt.Errorf("cluster %s means one network in %s, and another in %s", name, found.Place, c.Place),
					"rename one of them, or choose a file with --" + configFlag,
				}
			}
		}
	}
	return found, file, nil
}

// sameNetwork reports whether two clusters are asked at the same address.
func sameNetwork(a, b settings.Cluster) bool {
	return strings.TrimRight(a.Values["url"].Text(), "/") == strings.TrimRight(b.Values["url"].Text(), "/") && a.Values["url"].Text() != ""
}

// takesSources reports whether the arguments of a command are sources.
func takesSources(cmd *cobra.Command) bool {
	return slices.ContainsFunc([]string{"SOURCE", "OLD", "HISTORY"}, func(word string) bool { return strings.Contains(cmd.Use, word) })
}

// replaceClusters replaces the names of clusters in args, which may have @TIME behind them
// and NAME= in front.
func (u *settingsInUse) replaceClusters(cmd *cobra.Command, args []string, std stdio) error {
	if !takesSources(cmd) {
		return nil
	}
	for i, arg := range args {
		name, place := fetch.SplitName(arg)
		c, file, err := u.cluster(place)
		at := ""
		if path, text, ok := cutTime(place); ok && c == nil && err == nil {
			c, file, err = u.cluster(path)
			at = "@" + text
		}
		if err != nil {
			return err
		}
		if c == nil {
			if err := u.meantCluster(place); err != nil {
				return err
			}
			continue
		}
		if _, err := os.Lstat(place); err == nil {
			return &usageError{fmt.Errorf("%s is here, and is a cluster of %s, too", place, c.Place), "write ./" + place + " for what is here, or rename the cluster"}
		}
		target, err := u.target(cmd, *c, file, at)
		if err != nil {
			return err
		}
		if name == "" {
			name = c.Name
		}
		if args[i] = name + "=" + target; strings.Contains(cmd.Use, "HISTORY") {
			args[i] = target
		}
		u.byArg[args[i]] = *c
	}
	return nil
}

// meantCluster returns an error for a word that is no file, and almost the name of a cluster.
func (u *settingsInUse) meantCluster(word string) error {
	if _, err := os.Lstat(word); err == nil || word == "" || strings.ContainsAny(word, `/\:`) {
		return nil
	}
	var names []string
	for _, f := range u.files {
		for _, c := range f.Clusters {
			names = append(names, c.Name)
		}
	}
	near := nearest(word, names)
	if near == "" {
		return nil
	}
	return &hintError{fmt.Errorf("%s: no such file, and no cluster of that name", shown(word)), "did you mean " + near + "?"}
}

// target returns the source that a cluster stands for.
func (u *settingsInUse) target(cmd *cobra.Command, c settings.Cluster, file *settings.File, at string) (string, error) {
	history, hasHistory := c.Values["history"]
	url, hasURL := c.Values["url"]
	_, hasProfile := c.Values["profile"]
	wantsHistory := at != "" || strings.Contains(cmd.Use, "HISTORY")
	switch {
	case (wantsHistory || !hasURL && !hasProfile) && hasHistory:
		path, err := resolvePath(file, history)
		return path + at, err
	case wantsHistory:
		return "", &usageError{fmt.Errorf("cluster %s of %s has no history", c.Name, c.Place), "add history: FILE to it; bacviz snapshot --history FILE makes one"}
	case !hasProfile:
		return url.Text(), nil
	}
	profile, err := config.Resolve(cmd.Context(), config.Options{Cluster: map[string]config.Given{config.Profile: given(c.Values["profile"])}})
	if err != nil {
		return "", settingsError(err)
	}
	if hasURL && !profile.IsAddress(url.Text()) {
		return "", wrongSetting(url.Place, "leave out one of them", "profile %s is of %s, and not of this address", c.Values["profile"].Text(), profile.Address)
	}
	if hasURL {
		return url.Text(), nil
	}
	return profile.Address, nil
}

func given(v settings.Value) config.Given {
	return config.Given{Text: v.Text(), From: v.Place.String()}
}

// settingsError returns an error of the settings of a connection.
func settingsError(err error) error {
	var wrong *config.Error
	if !errors.As(err, &wrong) {
		return err
	}
	err = &hintError{fmt.Errorf("settings: %w", err), wrong.Hint}
	if wrong.Usage {
		err = &usageError{err, wrong.Hint}
	}
	return err
}

// connect returns what it takes to connect to a cluster: what its own settings say, and then
// what holds for every address. A cluster that a repository names gets no key that was not
// meant for its address.
func (s *sourceFlags) connect(ctx context.Context, c settings.Cluster, url string, std stdio) (config.Connection, error) {
	if !c.Own {
		everywhere, err := s.resolve(defaultTimeout)
		if err != nil || everywhere.IsAddress(url) {
			return everywhere.For(url), err
		}
		to, withheld := everywhere.ForStranger(url)
		if withheld {
			std.warn("%s is asked without a key: %s names it, and the key is not for its address alone; write the address, or add the cluster to a file of your own", c.Name, c.Place)
		}
		return to, nil
	}
	own := map[string]config.Given{}
	flags := s.flags()
	isGiven := func(name string) bool { _, ok := flags[name]; return ok }
	hasKey := isGiven(config.KeyFile) || isGiven(config.Username) || isGiven(config.PasswordFile)
	for field, flag := range clusterFlags {
		v, ok := c.Values[field]
		isKey := field == "key-file" || field == "username" || field == "password-file"
		if !ok || isKey && hasKey {
			continue
		}
		g := given(v)
		if slices.Contains(clusterFiles, field) {
			file, err := s.fileOf(c)
			if err != nil {
				return config.Connection{}, err
			}
			if g.Text, err = resolvePath(file, v); err != nil {
				return config.Connection{}, err
			}
		}
		own[flag] = g
	}
	all, err := config.Resolve(ctx, config.Options{Flags: flags, Cluster: own, File: settingsOf(s.cmd).connection})
	if err != nil {
		return config.Connection{}, settingsError(err)
	}
	return all.For(url), nil
}

// fileOf returns the file that has a cluster.
func (s *sourceFlags) fileOf(c settings.Cluster) (*settings.File, error) {
	for _, f := range settingsOf(s.cmd).files {
		if f.Own == c.Own {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s: the file is gone", c.Place) // does not happen: it was read
}

// clusterOffers returns the names of clusters for the Tab key, with where each of them is.
func clusterOffers(cmd *cobra.Command, typed string) (offers []string) {
	if err := useSettings(cmd, nil, silentIO()); err != nil {
		return nil
	}
	before := typed[:strings.LastIndexByte(typed, '=')+1]
	for _, f := range settingsOf(cmd).files {
		for _, c := range f.Clusters {
			offer := before + c.Name
			isTwice := slices.ContainsFunc(offers, func(o string) bool { name, _, _ := strings.Cut(o, "\t"); return name == offer })
			if strings.HasPrefix(offer, typed) && !isTwice {
				offers = append(offers, cobra.CompletionWithDesc(offer, "cluster of "+c.Place.File))
			}
		}
	}
	return offers
}
