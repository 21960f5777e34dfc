package versions

// This file reads the versions of a file in git, by git's own command. What a repository
// sets must not run anything: whoever made it is not who looks at it.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// safe are the options of each call. Hooks and the monitor of files run programs, a pager
// waits, a signature is checked by a program that the repository names, and objects
// that are missing in a partial clone would be fetched. Paths mean what they say.
var safe = []string{
	"--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects",
	"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "protocol.allow=never",
}

// misleading are variables of the environment that would have git read another repository, or
// run programs.
var misleading = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
	"GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_COMMON_DIR", "GIT_TRACE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
}

// Git yields the versions of a file in a git repository, on the branch that is checked out:
// what each commit of that branch made of it, at the time of the commit, also before the
// file was renamed. The path is in the folder repository, which may be any in a work
// tree.
func Git(ctx context.Context, repository, path string, opt Options) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		g := git{ctx: ctx, repository: repository, path: path, opt: &opt}
		commits, err := g.commits()
		if err == nil && len(commits) == 0 {
			err = &Error{
				Message: fmt.Sprintf("git in %s knows no version of %s", display.Printable(repository), display.Printable(path)),
				Hint:    "commit the file first; its path begins at the folder before the colon",
			}
		}
		if err != nil {
			yield(Version{}, err)
			return
		}
		if err := g.texts(commits, yield); err != nil {
			yield(Version{}, err)
		}
	}
}

// A git is one reading of a file's versions.
type git struct {
	ctx              context.Context
	repository, path string
	opt              *Options
}

// A commit is one that changed the file.
type commit struct {
	id, blob string // blob is the content of the file
	at       time.Time
}

// command returns a call of git that ends with ctx.
func (g *git) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(g.ctx, "git", slices.Concat([]string{"-C", g.repository}, safe, args)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(misleading, name) || strings.HasPrefix(name, "GIT_TRACE")
	})
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")
	cmd.WaitDelay = time.Second
	said := &bytes.Buffer{}
	cmd.Stderr = said
	return cmd, said
}

// object is the name of an object in git.
var object = lazy.Regexp(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// commits returns the commits that changed the file, oldest first.
func (g *git) commits() ([]commit, error) {
	for _, arg := range []string{g.repository, g.path} {
		if strings.HasPrefix(arg, "-") {
			return nil, &Error{Message: fmt.Sprintf("%s looks like an option of git", display.Quote(arg)), Hint: "write ./" + display.Printable(arg)}
		}
	}
	// With -z, each commit is a text, and each file that changed a line of modes, objects and
	// what happened, and then its name or its two names.
	cmd, said := g.command("log", "-z", "--follow", "--first-parent", "--diff-merges=first-parent", "--no-show-signature",
		"--no-ext-diff", "--no-textconv", "--raw", "--no-abbrev", "--format=%x01%H %ct", "--", g.path)
	out, err := cmd.Output()
	if err != nil {
		return nil, g.explain(err, said.String())
	}
	var all []commit
	var now commit
	for token := range bytes.SplitSeq(out, []byte{0}) {
		text := strings.TrimLeft(string(token), "\n")
		if head, is := strings.CutPrefix(text, "\x01"); is {
			id, seconds, _ := strings.Cut(strings.TrimSpace(head), " ")
			at, err := strconv.ParseInt(seconds, 10, 64)
			if now = (commit{}); err == nil && object().MatchString(id) {
				now = commit{id: id, at: time.Unix(at, 0).UTC()}
			}
			continue
		}
		fields := strings.Fields(text)
		if !strings.HasPrefix(text, ":") || len(fields) != 5 || now.id == "" || !object().MatchString(fields[3]) {
			continue
		}
		if now.blob = fields[3]; strings.Trim(now.blob, "0") != "" { // else the file was deleted
			all = append(all, now)
		}
	}
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b commit) int { return a.at.Compare(b.at) })
	return all, nil
}

// texts yields the content of the file in each commit, which one call of git prints.
func (g *git) texts(commits []commit, yield func(Version, error) bool) (err error) {
	cmd, said := g.command("cat-file", "--batch")
	var ids strings.Builder
	for _, c := range commits {
		ids.WriteString(c.blob + "\n")
	}
	cmd.Stdin = strings.NewReader(ids.String())
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return g.explain(err, "")
	}
	stopped := false
	defer func() {
		if stopped || err != nil {
			_ = cmd.Process.Kill() // nobody reads on
		}
		if waitErr := cmd.Wait(); !stopped && err == nil && waitErr != nil {
			err = g.explain(waitErr, said.String())
		}
	}()
	in := bufio.NewReaderSize(out, 64<<10)
	for _, c := range commits {
		text, err := g.text(in, c)
		switch {
		case err != nil:
			return err
		case text == nil:
			continue
		}
		name := g.path + " of commit " + c.id[:12]
		if !yield(Version{At: c.at, Name: name, Text: text}, nil) {
			stopped = true
			return nil
		}
	}
	return nil
}

// text reads the next object that git prints: a line with its size, and its bytes. It
// returns nil for one that is left out.
func (g *git) text(in *bufio.Reader, c commit) ([]byte, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, g.explain(err, "")
	}
	fields := strings.Fields(line)
	if len(fields) != 3 || fields[1] != "blob" {
		g.opt.warn("commit %s left out: git has no content of %s in it", c.id[:12], g.path)
		if len(fields) != 3 { // "missing" has no bytes
			return nil, nil
		}
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil || size < 0 {
		return nil, &Error{Message: "git cat-file: not a size: " + display.Quote(fields[2])}
	}
	if most := g.opt.MaxBytes; fields[1] != "blob" || most > 0 && size > most {
		if fields[1] == "blob" {
			g.opt.warn("commit %s left out: %s is longer than --max-size allows", c.id[:12], g.path)
		}
		_, err := io.CopyN(io.Discard, in, size+1)
		return nil, err
	}
	var text bytes.Buffer // which grows with what comes, whatever the size says
	if _, err := io.CopyN(&text, in, size); err != nil {
		return nil, err
	}
	if _, err := in.Discard(1); err != nil { // the line break after it
		return nil, err
	}
	return text.Bytes()[:size:size], nil
}

// explain returns an error of git with what to do about it.
func (g *git) explain(err error, said string) error {
	if g.ctx.Err() != nil {
		return g.ctx.Err()
	}
	where := display.Printable(g.repository)
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(said), "fatal: "), "\n")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return &Error{Message: "git is not installed", Hint: "install git, or name a folder of snapshots", Err: err}
	case strings.Contains(said, "dubious ownership"):
		return &Error{
			Message: fmt.Sprintf("git does not read %s, as it belongs to somebody else", where),
			Hint:    "if you trust its owner: git config --global --add safe.directory FOLDER, with the folder that holds .git",
			Err:     err,
		}
	case strings.Contains(said, "not a git repository"):
		return &Error{Message: where + " is not in a git repository", Hint: "name REPOSITORY:FILE, a history, or a folder of snapshots", Err: err}
	case strings.Contains(said, "does not have any commits yet"):
		return &Error{Message: fmt.Sprintf("the repository %s has no commits yet", where), Err: err}
	case strings.Contains(said, "outside repository"):
		return &Error{Message: fmt.Sprintf("%s is outside of the repository %s", display.Printable(g.path), where), Err: err}
	case first != "":
		return &Error{Message: "git: " + display.Excerpt(first), Err: err}
	}
	return &Error{Message: "running git: " + err.Error(), Err: err}
}
