#!/bin/sh
# Puts bacviz into the PATH of the next steps: the one that is already there, a release,
# or one that is built with the runner's Go. Go checks all downloads against the public
# checksum database.
#
# Like run.sh, this script is for any POSIX shell, since the Bash of macOS is 3.2. Tests
# run both in several shells.
set -eu

fail() {
  printf '::error title=bacviz::%s\n' "$1"
  exit 2
}

# like reports whether a text is one line that an extended regular expression describes.
like() {
  case $1 in (*'
'*) return 1 ;; esac
  printf '%s\n' "$1" | LC_ALL=C grep -Eq "$2"
}
tag='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$'
commit='^[0-9a-f]{40}$'

wanted=${BACVIZ_VERSION:-}
ref=${BACVIZ_ACTION_REF:-}
root=${GITHUB_ACTION_PATH:-}
if [ -n "$wanted" ] && ! like "$wanted" "$tag" && ! like "$wanted" "$commit"; then
  fail 'the input "version" is neither a version such as v1.2.3 nor a full commit hash'
fi

# One that is there counts if it is of the version that is wanted.
if command -v bacviz >/dev/null; then
  there=$(bacviz version)
  rest=${there#* }
  if [ -z "$wanted" ] || [ "${rest%% *}" = "$wanted" ]; then
    printf '%s\n' "$there"
    exit 0
  fi
fi

bin=${RUNNER_TEMP:?}/bacviz-bin exe=
case ${RUNNER_OS:-$(uname -s)} in
  (Linux) os=linux ;;
  (macOS | Darwin) os=darwin ;;
  (Windows | MINGW* | MSYS*) os=windows exe=.exe ;;
  (*) os= ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
  (X64 | x86_64 | amd64) arch=amd64 ;;
  (ARM64 | aarch64 | arm64) arch=arm64 ;;
  (ARM | armv7*) arch=armv7 ;;
  (*) arch= ;;
esac
mkdir -p "$bin"

# done_with tells the next steps where the program is.
done_with() {
  "$bin/bacviz$exe" version
  if command -v cygpath >/dev/null; then bin=$(cygpath -w "$bin"); fi
  printf '%s\n' "$bin" >>"${GITHUB_PATH:?}"
  exit 0
}

get() { curl -fsSL --proto-redir '=https' --connect-timeout 10 --max-time 300 -o "$2" "$1"; }

# sum_of prints the SHA-256 of a file.
sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# released takes the program from the release of a version, if there is one for this
# system. A file that is not what its release says ends the script.
released() {
  if [ -z "$os" ] || [ -z "$arch" ] || ! command -v curl >/dev/null; then return 1; fi
  archive=bacviz_${1#v}_${os}_$arch.tar.gz
  if [ $os = windows ]; then archive=${archive%.tar.gz}.zip; fi
  from=${BACVIZ_RELEASES:-https://github.com/bacviz/bacviz/releases/download}/$1
  if ! get "$from/checksums.txt" "$bin/checksums.txt" || ! get "$from/$archive" "$bin/$archive"; then
    printf 'There is no release of %s for %s on %s to download.\n' "$1" "$os" "$arch"
    return 1
  fi
  said=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$bin/checksums.txt")
  if [ -z "$said" ] || [ "$said" != "$(sum_of "$bin/$archive")" ]; then
    fail "$archive is not the file whose checksum its release has"
  fi
  if [ $os = windows ]; then
    unzip -oq "$bin/$archive" bacviz.exe -d "$bin" || fail "$archive cannot be unpacked"
  else
    tar -xzf "$bin/$archive" -C "$bin" bacviz || fail "$archive cannot be unpacked"
  fi
  rm -f "$bin/$archive" "$bin/checksums.txt"
}

# An action that is pinned to a commit is that commit, not what a release says.
version=${wanted:-$ref}
if like "$version" "$tag" && released "$version"; then done_with; fi
rm -f "$bin/checksums.txt"

if ! command -v go >/dev/null; then
  fail 'Go is not installed: run actions/setup-go first, or install bacviz in a step before this one'
fi

# These variables override settings of the runner that would turn the check off, also
# those that "go env -w" wrote. If the runner's Go is too old, Go downloads the
# toolchain that bacviz needs, and checks that too. Without cgo, the program needs no C
# compiler, and less address space. The caches are the runner's, so that a second build
# takes seconds.
export GOENV=off GOTOOLCHAIN=auto GOFLAGS='' GOSUMDB=sum.golang.org GONOSUMDB='' GOINSECURE='' GOPRIVATE='' GONOPROXY='' CGO_ENABLED=0
if [ -n "$wanted" ]; then
  GOBIN=$bin go install "github.com/bacviz/bacviz/cmd/bacviz@$wanted"
elif [ -f "$root/go.mod" ]; then
  # Git may not know this checkout, which is another user's or none. Its ref says what it is.
  known=''
  if like "$ref" "$tag"; then known="-X main.release=$ref"; elif like "$ref" "$commit"; then known="-X main.commit=$ref"; fi
  (cd "$root" && GOWORK=off go build -o "$bin/bacviz$exe" -trimpath -buildvcs=false -ldflags "$known" ./cmd/bacviz)
else
  fail 'the source of bacviz is not beside this action: set the input "version"'
fi
done_with
