package main

// This file lists what files of settings say, for bacviz config.

import (
	"os"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/settings"
)

// masked stands for a value that may be a secret.
const masked = "********"

// rows returns the files in use, and what counts of what they say. From says where a value is
// from, and what it was taken instead of.
func (u *settingsInUse) rows() (rows []settingRow) {
	for _, f := range u.files {
		kind := "of the repository"
		if f.Own {
			kind = "your own"
		}
		if len(u.files) == 1 && f.Own && f.Path != settings.User(os.Getenv) {
			kind = "named by --" + configFlag + " or " + configVar
		}
		rows = append(rows, settingRow{"file", settings.Shown(f.Path), kind})
	}
	for i, f := range u.files {
		for _, s := range f.Sections {
			for _, v := range s.Flags {
				if !u.said(i, s.Command, v.Name) {
					rows = append(rows, u.flagRow(i, s, v))
				}
			}
		}
	}
	return append(rows, u.clusterRows()...)
}

// said reports whether a file with precedence over the i-th one has a flag for the commands
// of a section.
func (u *settingsInUse) said(i int, section, flag string) bool {
	for _, f := range u.files[:i] {
		for _, s := range f.Sections {
			if (s.Command == section || s.Command == settings.All) && slices.ContainsFunc(s.Flags, func(v settings.Value) bool { return v.Name == flag }) {
				return true
			}
		}
	}
	return false
}

func (u *settingsInUse) flagRow(i int, s settings.Section, v settings.Value) settingRow {
	row := settingRow{strings.ReplaceAll(s.Command, " ", ".") + "." + v.Name, publicTexts(v), v.Place.String()}
	if v.Name == "notify" {
		row.Value = masked
	}
	if variable := environmentOf[v.Name]; os.Getenv(variable) != "" {
		return settingRow{row.Setting, masked, variable + " (instead of " + row.From + ")"}
	}
	for _, f := range u.files[i+1:] {
		for _, other := range f.Sections {
			for _, w := range other.Flags {
				if w.Name == v.Name && (other.Command == s.Command || s.Command == settings.All) {
					row.From += " (instead of " + w.Place.String() + ")"
				}
			}
		}
	}
	return row
}

// publicTexts returns the values of a flag without the password of an address in them.
func publicTexts(v settings.Value) string {
	texts := slices.Clone(v.Texts)
	for i, text := range texts {
		if strings.Contains(text, "@") && (isURL(text) || v.Name == config.Host) {
			texts[i] = shown(text)
		}
	}
	return display.Printable(strings.Join(texts, ","))
}

// clusterRows lists the clusters. One that means two networks is listed twice.
func (u *settingsInUse) clusterRows() (rows []settingRow) {
	for _, f := range u.files {
		for _, c := range f.Clusters {
			used, _, err := u.cluster(c.Name)
			if err == nil && used.Own != c.Own {
				continue
			}
			for _, name := range settings.Fields {
				v, ok := c.Values[name]
				if !ok {
					continue
				}
				row := settingRow{"clusters." + c.Name + "." + name, shown(v.Text()), v.Place.String()}
				if err != nil {
					row.From += " (the name means another network elsewhere)"
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}
