#!/usr/bin/env bash
# Installs bacviz with the runner's Go, at one version that cannot move, and has
# the Go command hold what it downloads against the public checksum database.
set -euo pipefail

fail() {
  printf '::error title=bacviz::%s\n' "$1"
  exit 2
}

version=${BACVIZ_VERSION:-${BACVIZ_ACTION_REF:-}}
tag='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$'
commit='^[0-9a-f]{40}$'
if ! [[ $version =~ $tag || $version =~ $commit ]]; then
  fail 'the version of bacviz has to be one such as v1.2.3, or a whole commit: set the input "version", or use the action at one'
fi

if ! command -v go >/dev/null; then
  fail 'there is no Go to install bacviz with: run actions/setup-go before'
fi

# Settings of the runner that would turn the check off are overruled, also those
# that "go env -w" wrote. Go fetches the toolchain that bacviz asks for, if its own
# is older, and checks that too.
bin=${RUNNER_TEMP:?}/bacviz-bin
mkdir -p "$bin"
GOBIN=$bin GOENV=off GOTOOLCHAIN=auto GOFLAGS='' GOSUMDB=sum.golang.org GONOSUMDB='' GOINSECURE='' GOPRIVATE='' GONOPROXY='' \
  go install "github.com/bacviz/bacviz/cmd/bacviz@$version"
"$bin/bacviz" version
printf '%s\n' "$bin" >>"${GITHUB_PATH:?}"
