#!/usr/bin/env bash
# Installs bacviz with the runner's Go, at one fixed version. Go checks all downloads
# against the public checksum database.
set -euo pipefail

fail() {
  printf '::error title=bacviz::%s\n' "$1"
  exit 2
}

version=${BACVIZ_VERSION:-${BACVIZ_ACTION_REF:-}}
tag='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$'
commit='^[0-9a-f]{40}$'
if ! [[ $version =~ $tag || $version =~ $commit ]]; then
  fail 'the version of bacviz must be one such as v1.2.3, or a full commit hash: set the input "version", or pin the action to one'
fi

if ! command -v go >/dev/null; then
  fail 'Go is not installed: run actions/setup-go first'
fi

# These variables override settings of the runner that would turn the check off, also
# those that "go env -w" wrote. If the runner's Go is too old, Go downloads the
# toolchain that bacviz needs, and checks that too. Without cgo, the program needs no C
# compiler, and less address space.
bin=${RUNNER_TEMP:?}/bacviz-bin
mkdir -p "$bin"
GOBIN=$bin GOENV=off GOTOOLCHAIN=auto GOFLAGS='' GOSUMDB=sum.golang.org GONOSUMDB='' GOINSECURE='' GOPRIVATE='' GONOPROXY='' CGO_ENABLED=0 \
  go install "github.com/bacviz/bacviz/cmd/bacviz@$version"
"$bin/bacviz" version
printf '%s\n' "$bin" >>"${GITHUB_PATH:?}"
