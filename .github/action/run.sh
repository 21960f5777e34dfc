#!/bin/sh
# Takes a snapshot, compares it with the branch's, checks it against rules, and
# writes a job summary that begins with the verdict. The inputs are the variables
# BACVIZ_…, which action.yml explains. The exit status is 0 if all is well, 1 if a rule
# is broken or a change is not allowed, and 2 if something could not be checked.
#
# It is for any POSIX shell, as install.sh explains.
set -eu

# GitHub drops a summary of more than 1,024 KiB.
limit=$((1024 * 1024 - 1024))

source=${BACVIZ_SOURCE:-}
snapshot=${BACVIZ_SNAPSHOT:-cluster.json}
directory=${BACVIZ_DIRECTORY:-.}
base=${BACVIZ_BASE:-}
rules=${BACVIZ_RULES:-}
fail_on_change=${BACVIZ_FAIL_ON_CHANGE:-false}
redact=${BACVIZ_REDACT:-false}
summary=${GITHUB_STEP_SUMMARY:-}
output=${GITHUB_OUTPUT:-/dev/null}
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/bacviz.XXXXXX")
if command -v cygpath >/dev/null; then folder=$(cygpath -m "$folder"); fi # for programs of Windows
changed=unknown holds=unknown trouble='' mend='' try=''

# plainly runs a command whose output may contain text from outside, and keeps the
# runner from taking a line of it for a command.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
plainly() {
  plain_status=0
  printf '::stop-commands::%s\n' "$token"
  "$@" 2>&1 || plain_status=$?
  printf '::%s::\n' "$token"
  return "$plain_status"
}

# because keeps what a failed command said, each line after its name, so that none can
# end a fence in the summary. Warnings are no reasons.
because() {
  LC_ALL=C tr '\r' '\n' <"$folder/.said" | LC_ALL=C sed -e "s/^\($1: \)*/$1: /" -e "/^$1: warning: /d" -e "/^$1: \$/d" |
    head -n 20 >>"$folder/.reason"
}

# tried runs a command plainly, and keeps why it failed.
tried() {
  tried_status=0
  "$@" >"$folder/.said" 2>&1 || tried_status=$?
  plainly cat "$folder/.said"
  if [ "$tried_status" != 0 ]; then because "$1"; fi
  return "$tried_status"
}

# escaped prints the reason as the data of a workflow command.
escaped() {
  LC_ALL=C sed -e 's/##\[/##\\x5b/g' -e 's/%/%25/g' "$folder/.reason" | LC_ALL=C awk '{ printf "%s%s", between, $0; between = "%0A" }'
}

size() { wc -c <"$1" | tr -d ' '; }

# judge sets the verdict, its mark and the exit status.
judge() {
  status=2 mark='⚠️' verdict="Could not check: $trouble."
  if [ -n "$trouble" ]; then return; fi
  status=0 mark='✅'
  case $changed in
    (true) verdict='The shape changed' ;;
    (false) verdict='The shape is the same' ;;
    (*) verdict='There is no earlier snapshot to compare with' ;;
  esac
  case $holds in
    (true) verdict="$verdict, and the rules hold." ;;
    (false) verdict="$verdict, and a rule is broken." ;;
    (*) verdict="$verdict." ;;
  esac
  if [ "$holds" = false ] || { [ "$changed" = true ] && [ "$fail_on_change" = true ]; }; then
    status=1 mark='❌'
  fi
}

# finish writes the outputs and the summary, and ends the script.
finish() {
  judge
  rm -f "$folder/.now.json" "$folder/.old.json" "$folder/.again.json" "$folder/.all" "$folder/.said" "$folder/.gitconfig"
  printf 'changed=%s\nholds=%s\nfolder=%s\n' "$changed" "$holds" "$folder" >>"$output"
  if [ -n "$trouble" ]; then
    printf '::error title=bacviz::%s' "$verdict"
    if [ -s "$folder/.reason" ]; then printf '%%0A' && escaped; fi
    printf '\n'
  else
    printf '%s\n' "$verdict"
  fi
  page >"$folder/summary.md"
  rm -f "$folder/.reason"
  publish "$folder/summary.md"
  exit "$status"
}

# page writes the summary.
page() {
  printf '## %s %s\n\n' "$mark" "$verdict"
  fenced '### Reason' text "$folder/.reason"
  if [ -n "$mend" ]; then
    printf '### What to do\n\n%s\n\n' "$mend"
    if [ -n "$try" ]; then printf '```sh\n%s\n```\n\n' "$try"; fi
  fi
  # A line of this text begins with a verdict, so it cannot end the fence.
  fenced '### Rules' text "$folder/check.txt"
  if [ -s "$folder/changes.mmd" ]; then
    fenced '### Changes' mermaid "$folder/changes.mmd"
  else
    fenced '### Network' mermaid "$folder/topology.mmd"
  fi
  if [ -s "$folder/changes.md" ]; then cat "$folder/changes.md"; fi
}

# fenced writes a heading and a file in a fence, if the file has anything.
fenced() {
  if [ -s "$3" ]; then printf '%s\n\n```%s\n%s\n```\n\n' "$1" "$2" "$(cat "$3")"; fi
}

# publish appends a page to the job summary. A runner that has none, as those of Gitea,
# gets it in its log.
publish() {
  if [ -z "$summary" ]; then
    plainly cat "$1"
    return
  fi
  room=$limit
  if [ -f "$summary" ]; then room=$((limit - $(size "$summary"))); fi
  if [ "$(size "$1")" -le "$room" ]; then
    cat "$1" >>"$summary"
  elif [ "$room" -le 0 ]; then # one more line could make GitHub drop the whole summary
    printf '::warning title=bacviz::The job summary is full; summary.md in the folder of results has all of it.\n'
  else
    shorten "$1" "$room" >>"$summary"
  fi
}

# shorten writes as many whole lines of a page as there is room for, closes a fence
# that they leave open, and says how much is missing.
shorten() {
  kept=$folder/.kept
  head -c "$(($2 > 1024 ? $2 - 1024 : 0))" "$1" | LC_ALL=C sed '$d' >"$kept"
  cat "$kept"
  LC_ALL=C awk '
    match($0, /^(````*|~~~~*)/) {
      mark = substr($0, 1, RLENGTH); rest = substr($0, RLENGTH + 1)
      if (open == "") open = mark
      else if (substr(mark, 1, 1) == substr(open, 1, 1) && RLENGTH >= length(open) && rest ~ /^[ \t\r]*$/) open = ""
    }
    END { if (open != "") print open }' "$kept"
  printf '\n**Cut:** this summary shows %s of %s bytes. summary.md in the folder of results has all of it.\n' "$(size "$kept")" "$(size "$1")"
  rm -f "$kept"
}

# give_up ends the script with what could not be done, and perhaps with what mends it and
# the command for that.
give_up() {
  trouble=$1 mend=${2:-} try=${3:-}
  finish
}

# plain prints the path of a snapshot for a command to copy, if no character in it means
# something to a shell or to Markdown. In a folder, the file has the usual name.
plain() {
  case $1 in
    (*[!A-Za-z0-9._/-]* | -* | . | ..) printf cluster.json ;;
    (*/ | */. | */..) printf %s/cluster.json "${1%/*}" ;;
    (*) printf %s "$1" ;;
  esac
}

# The checkout may be in a subfolder, and so be passed over.
# shellcheck disable=SC2016 # backquotes of Markdown
missing='If the file is committed, set the input `directory` to the `path` of actions/checkout. Otherwise, take a snapshot of the network, and commit it:'

reason() { cat "$folder/.reason" 2>/dev/null || true; }

# mend_file finds what mends a file of an input that could not be read. Whatever else is
# wrong with it, a new one takes its place.
# shellcheck disable=SC2016
mend_file() {
  mend="Take a snapshot of the network, and commit it${3:-}:" try="bacviz snapshot URL -o $(plain "$2")"
  case $(reason) in
    (*': no such file'*) mend=$missing ;;
    (*'is a directory'* | *'omitting directory'* | *': bad file'*) mend="The input \`$1\` names a folder. Name a file in it, such as the one that this command makes:" try="bacviz snapshot URL -o $(plain "${2%/}/")" ;;
    (*': permission denied'*) mend="The user of the runner may not read the file of the input \`$1\`. Let it, in the step that makes the file." try='' ;;
    (*' is newer than this bacviz'*) mend='A later release of bacviz wrote the file. Name that release, such as `v1.2.3`, in the input `version`.' try='' ;;
  esac
}

# mend_url finds what mends a network that could not be read from an orchestrator.
# shellcheck disable=SC2016 # the workflow expands it
mend_url() {
  mend='This shows whether the orchestrator answers another machine. If it does, run the job again.' try='bacviz nodes URL'
  case $(reason) in
    (*': 401 Unauthorized'* | *': 403 Forbidden'*)
      mend='The orchestrator wants a key, or another one. Keep it in a secret of the repository, and give it to the step: `env: {BACALHAU_API_KEY: "${{ secrets.BACALHAU_API_KEY }}"}`. This shows whether a key is the right one:'
      try='BACALHAU_API_KEY=… bacviz nodes URL' ;;
    (*': 5'[0-9][0-9]' '[A-Z]* | *': 429 '[A-Z]*)
      mend='The server at this address is there, and has no answer at the moment: the orchestrator, or a proxy before it, is down or has too much to do. This shows whether it is well again; then run the job again.' ;;
    (*': the server does not speak https'*)
      mend='The server at this address speaks http. Write `http://` in the input `source`, if the way to it is private. This shows whether the address is the right one:' ;;
    (*': the server'*certificate*)
      mend='The runner does not trust the certificate of the server. Give it one that the runner trusts, or take the snapshot in a step of your own with `--cacert`, and name its file in the input `source`. This shows whether a certificate is trusted:'
      try='bacviz nodes URL --cacert FILE' ;;
    (*': 404 Not Found'* | *': answered with '*)
      mend='Something other than the API of an orchestrator answers at this address. Correct the input `source`: the API is on port 1234 by default. This shows whether an address is the right one:' ;;
    (*': cut off after'*)
      mend='The answer ended early. Run the job again; if it ends early each time, look at the proxy before the orchestrator. This shows whether another machine gets all of it:' ;;
    (*'connection refused'* | *'no such host'* | *'no answer'* | *'timed out'* | *unreachable*)
      mend="The runner did not reach the orchestrator. This shows whether another machine in the runner's network does; if not, use a runner of your own that is where the orchestrator is." ;;
  esac
}

# unread gives up on the network, with what mends the reason.
unread() {
  case $source in
    (*://*) mend_url ;;
    ('') mend_file snapshot "$snapshot" ;;
    (*) mend_file source "$source" ;;
  esac
  give_up 'the network could not be read' "$mend" "$try"
}

# spoiled gives up on the old snapshot, of the base branch if there is one.
spoiled() {
  mend_file snapshot "$snapshot" "${base:+ to the base branch}"
  give_up "$1" "$mend" "$try"
}

# trust tells git that the checkout may belong to another user, as it does in the container
# of a job. Old versions of git read this from a file only. What the user set applies too.
trust() {
  top=$(pwd -P)
  while [ -n "$top" ] && [ ! -e "$top/.git" ]; do top=${top%/*}; done
  if [ -z "$top" ]; then return; fi
  if command -v cygpath >/dev/null; then top=$(cygpath -m "$top"); fi
  own=${GIT_CONFIG_GLOBAL:-}
  for file in ${own:+"$own"} "${XDG_CONFIG_HOME:-${HOME:-}/.config}/git/config" "${HOME:-}/.gitconfig"; do
    if [ -f "$file" ]; then git config --file "$folder/.gitconfig" --add include.path "$file"; fi
    if [ -n "$own" ]; then break; fi
  done
  git config --file "$folder/.gitconfig" safe.directory "$top"
  export GIT_CONFIG_GLOBAL="$folder/.gitconfig"
}

if [ "$fail_on_change" != true ] && [ "$fail_on_change" != false ]; then
  give_up 'the input "fail-on-change" is neither true nor false'
fi
if [ "$redact" != true ] && [ "$redact" != false ]; then
  give_up 'the input "redact" is neither true nor false'
fi
if [ -n "${BACVIZ_KEY:-}" ]; then
  if [ "$redact" = false ]; then give_up 'the input "redact-key" is given without "redact"'; fi
  export BACVIZ_REDACT_KEY="$BACVIZ_KEY"
fi
case $directory in (/* | ?:*) ;; (*) directory=./$directory ;; esac
if ! CDPATH='' cd -- "$directory" 2>/dev/null; then
  give_up 'the input "directory" is not a folder of the checkout' 'Name the `path` that actions/checkout has, or a folder in it.'
fi

# Settings of a pull request, or of the runner, decide nothing unless the workflow names them.
case ${BACVIZ_CONFIG:=none} in (none | /* | ?:*) ;; (*) BACVIZ_CONFIG=$PWD/$BACVIZ_CONFIG ;; esac
export BACVIZ_CONFIG

# Whatever is shown is redacted. Pseudonyms in a committed snapshot stay as they are.
hide='' old=$folder/old.json
if [ "$redact" = true ]; then hide=--redact old=$folder/.old.json; fi

# The old snapshot is the committed file, in the base branch or as it is checked out.
if [ -n "$base" ]; then
  if ! command -v git >/dev/null; then
    give_up 'there is no git, which the input "base" needs' 'Install git in the image of the container in which the job runs.'
  fi
  if ! git check-ref-format "refs/heads/$base"; then
    give_up 'the input "base" is not the name of a branch'
  fi
  trust
  if ! git rev-parse --git-dir >/dev/null 2>"$folder/.said"; then
    because git
    give_up 'git finds no checkout in the working directory' 'If actions/checkout has a `path`, set the input `directory` to it. Otherwise, actions/checkout has to come first.'
  fi
  ref=refs/remotes/origin/$base
  if ! git rev-parse --quiet --verify "$ref" >/dev/null &&
    ! tried git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$base:$ref"; then
    known=0
    git ls-remote --quiet --exit-code origin "refs/heads/$base" >/dev/null 2>&1 || known=$?
    if [ "$known" = 2 ]; then # the remote has answered
      give_up 'the input "base" is a branch that the repository does not have' 'Name a branch of the repository, without `refs/heads/` or `origin/`.'
    fi
    give_up 'the base branch could not be fetched' 'In a private repository, actions/checkout needs `persist-credentials: true`.'
  fi
  # If the branch's tree has no such path, there is no earlier snapshot. Every other
  # failure is trouble. An absolute path is accepted if it leads into the repository.
  found=wrong
  case ${snapshot##*/} in ('' | . | ..) ;; (*) found=$(GIT_LITERAL_PATHSPECS=1 git ls-tree "$ref" -- "$snapshot" 2>/dev/null) || found=wrong ;; esac
  if [ "$found" = wrong ]; then
    give_up 'the input "snapshot" is not the path of a file in the repository' 'Name the file itself, such as `cluster.json`, by its path from the folder in the input `directory`.'
  fi
  if [ -n "$found" ] && ! git cat-file blob "$(printf '%s\n' "$found" | awk 'NR == 1 { print $3 }')" >"$old" 2>"$folder/.said"; then
    because git
    spoiled "the base branch's snapshot could not be read"
  fi
elif [ -n "$source" ] && { [ -e "$snapshot" ] || [ -L "$snapshot" ]; } && ! tried cp -- "$snapshot" "$old"; then
  spoiled 'the committed snapshot could not be read'
fi

if [ -z "$source" ] && [ ! -e "$snapshot" ] && [ ! -L "$snapshot" ]; then
  give_up 'there is no snapshot to look at, and the input "source" names no orchestrator' \
    "$missing" "bacviz snapshot URL -o $(plain "$snapshot")"
fi

# take reads the source once, so that everything below is about one moment. Rules may
# need the load, which the snapshot leaves out, and the originals of what is redacted. A
# rule that misses the load says so itself.
# The messages of a command that does not redact are kept back then; if it fails, one
# that does says why.
take() {
  take_status=0
  bacviz snapshot --with-load -o "$now" -- "${source:-$snapshot}" >"$folder/.all" 2>&1 || take_status=$?
  LC_ALL=C sed '/^bacviz: warning: --with-load: /d' "$folder/.all" >"$folder/.said"
  if [ -z "$hide" ]; then
    plainly cat "$folder/.said"
    if [ "$take_status" != 0 ]; then because bacviz; fi
  elif [ "$take_status" != 0 ]; then
    tried bacviz snapshot --redact -o "$folder/.again.json" -- "${source:-$snapshot}" || true
  elif grep -q '^bacviz: warning: ' "$folder/.said"; then
    printf 'bacviz: warnings that may hold names are not shown; there are %s\n' "$(grep -c '^bacviz: warning: ' "$folder/.said")"
  fi
  return "$take_status"
}

new=$folder/cluster.json now=$folder/.now.json
if ! take || ! tried bacviz snapshot ${hide:+"$hide"} -o "$new" -- "$now"; then unread; fi

# draw makes a picture. A failure is only a warning and does not change the verdict.
draw() {
  verb=$1 picture=$2
  shift 2
  plainly bacviz "$verb" -o "$folder/$picture" -- "$@" || printf '::warning title=bacviz::%s could not be drawn\n' "$picture"
}
draw render topology.svg "$new"
draw render topology.mmd "$new"

if [ -e "$old" ] && [ "$redact" = true ]; then
  if ! tried bacviz snapshot --redact -o "$folder/old.json" -- "$old"; then
    spoiled 'the committed snapshot could not be read'
  fi
  old=$folder/old.json
fi
if [ -e "$old" ]; then
  status=0
  (cd "$folder" && tried bacviz diff --exit-code -o changes.md -- old.json cluster.json) || status=$?
  case $status in
    (0) changed=false ;;
    (1)
      changed=true
      draw diff changes.svg "$old" "$new"
      draw diff changes.mmd "$old" "$new"
      ;;
    (*)
      mend_file snapshot "$snapshot" "${base:+ to the base branch}"
      trouble='the committed snapshot (old.json) and the present one (cluster.json) could not be compared'
      ;;
  esac
fi

if [ -n "$rules" ]; then
  status=0
  bacviz check ${hide:+"$hide"} --rules "$rules" -f github -- "$now" 2>"$folder/.said" || status=$?
  plainly cat "$folder/.said"
  bacviz check ${hide:+"$hide"} --rules "$rules" -f text -- "$now" >"$folder/check.txt" 2>/dev/null || true
  case $status in
    (0) holds=true ;;
    (1) holds=false ;;
    (*)
      trouble=${trouble:+$trouble, and }'the rules could not be evaluated'
      because bacviz
      ;;
  esac
fi
finish
