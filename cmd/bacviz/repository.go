package main

import (
	"os"
	"path/filepath"
)

// repositoryPath returns the path of a file from the root of the repository that it is
// in, with slashes. That is how code scanners and annotations name files, whatever the
// working directory. The path of a file in no repository is returned as it is.
func repositoryPath(path string) string {
	if path == "" {
		return ""
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for _, file := range []string{absolute, resolved(absolute)} {
		root := repositoryOf(file)
		if root == "" {
			continue
		}
		if relative, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(relative) {
			return filepath.ToSlash(relative)
		}
	}
	return path
}

// resolved returns a path without symbolic links in its folder.
func resolved(path string) string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path
	}
	return filepath.Join(dir, filepath.Base(path))
}

// repositoryOf returns the folder above a file that holds .git, which is a file in a
// worktree or a submodule, else the workspace of GitHub Actions, or "".
func repositoryOf(file string) string {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return os.Getenv("GITHUB_WORKSPACE")
		}
	}
}
