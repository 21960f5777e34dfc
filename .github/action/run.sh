#!/usr/bin/env bash
# Takes a snapshot, compares it with the branch's, checks it against rules, and
# writes a job summary that begins with the verdict. The inputs are the variables
# BACVIZ_…, which action.yml explains. The exit status is 0 if all is well, 1 if a rule
# is broken or a change is not allowed, and 2 if something could not be checked.
set -euo pipefail

# GitHub drops a summary of more than 1,024 KiB.
limit=$((1024 * 1024 - 1024))

source=${BACVIZ_SOURCE:-}
snapshot=${BACVIZ_SNAPSHOT:-cluster.json}
base=${BACVIZ_BASE:-}
rules=${BACVIZ_RULES:-}
fail_on_change=${BACVIZ_FAIL_ON_CHANGE:-false}
redact=${BACVIZ_REDACT:-false}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
output=${GITHUB_OUTPUT:-/dev/null}
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/bacviz.XXXXXX")
changed=unknown holds=unknown trouble=

# plainly runs a command whose output may contain text from outside, and keeps the
# runner from taking a line of it for a command.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
plainly() {
  local status=0
  printf '::stop-commands::%s\n' "$token"
  "$@" 2>&1 || status=$?
  printf '::%s::\n' "$token"
  return "$status"
}

# because keeps what a failed command said, each line after its name, so that none can
# end a fence in the summary. Warnings are no reasons.
because() {
  LC_ALL=C tr '\r' '\n' <"$folder/.said" | LC_ALL=C sed -e "s/^\($1: \)*/$1: /" -e "/^$1: warning: /d" -e "/^$1: \$/d" |
    head -n 20 >>"$folder/.reason"
}

# tried runs a command plainly, and keeps why it failed.
tried() {
  local status=0
  "$@" >"$folder/.said" 2>&1 || status=$?
  plainly cat "$folder/.said"
  if ((status)); then because "$1"; fi
  return "$status"
}

# escaped prints the reason as the data of a workflow command.
escaped() {
  local text
  text=$(<"$folder/.reason")
  text=${text//'##['/'##\x5b'} text=${text//'%'/'%25'}
  printf '%s' "${text//$'\n'/'%0A'}"
}

size() { wc -c <"$1" | tr -d ' '; }

# finish writes the outputs and the summary, and ends the script.
finish() {
  local verdict mark status=0
  if [[ -n $trouble ]]; then
    mark='⚠️' verdict="Could not check: $trouble." status=2
  else
    case $changed in
      true) verdict='The shape changed' ;;
      false) verdict='The shape is the same' ;;
      *) verdict='There is no earlier snapshot to compare with' ;;
    esac
    case $holds in
      true) verdict+=', and the rules hold.' ;;
      false) verdict+=', and a rule is broken.' ;;
      *) verdict+='.' ;;
    esac
    if [[ $holds == false || ( $changed == true && $fail_on_change == true ) ]]; then
      mark='❌' status=1
    else
      mark='✅'
    fi
  fi
  rm -f "$folder/.now.json" "$folder/.old.json" "$folder/.again.json" "$folder/.said"
  printf 'changed=%s\nholds=%s\nfolder=%s\n' "$changed" "$holds" "$folder" >>"$output"
  if [[ -n $trouble ]]; then
    printf '::error title=bacviz::%s%s\n' "$verdict" "$([[ ! -s $folder/.reason ]] || printf '%%0A%s' "$(escaped)")"
  else
    printf '%s\n' "$verdict"
  fi

  local page=$folder/summary.md
  {
    printf '## %s %s\n\n' "$mark" "$verdict"
    if [[ -s $folder/.reason ]]; then
      printf '### Reason\n\n```text\n%s\n```\n\n' "$(<"$folder/.reason")"
    fi
    # A line of this text begins with a verdict, so it cannot end the fence.
    if [[ -s $folder/check.txt ]]; then
      printf '### Rules\n\n```text\n%s\n```\n\n' "$(<"$folder/check.txt")"
    fi
    if [[ -s $folder/changes.mmd ]]; then
      diagram '### Changes' "$folder/changes.mmd"
    else
      diagram '### Network' "$folder/topology.mmd"
    fi
    if [[ -s $folder/changes.md ]]; then
      cat "$folder/changes.md"
    fi
  } >"$page"
  rm -f "$folder/.reason"
  local room=$limit
  if [[ -f $summary ]]; then room=$((limit - $(size "$summary"))); fi
  if (($(size "$page") <= room)); then
    cat "$page" >>"$summary"
  elif ((room <= 0)); then # one more line could make GitHub drop the whole summary
    printf '::warning title=bacviz::The job summary is full; summary.md in the artefact has all of it.\n'
  else
    shorten "$page" "$room" >>"$summary"
  fi
  exit "$status"
}

# diagram writes a heading and a Mermaid file, if the file exists.
diagram() {
  if [[ -s $2 ]]; then printf '%s\n\n```mermaid\n%s\n```\n\n' "$1" "$(<"$2")"; fi
}

# shorten writes as many whole lines of a page as there is room for, closes a fence
# that they leave open, and says how much is missing.
shorten() {
  local kept=$folder/.kept
  head -c "$(($2 > 1024 ? $2 - 1024 : 0))" "$1" | LC_ALL=C sed '$d' >"$kept"
  cat "$kept"
  LC_ALL=C awk '
    match($0, /^(````*|~~~~*)/) {
      mark = substr($0, 1, RLENGTH); rest = substr($0, RLENGTH + 1)
      if (open == "") open = mark
      else if (substr(mark, 1, 1) == substr(open, 1, 1) && RLENGTH >= length(open) && rest ~ /^[ \t\r]*$/) open = ""
    }
    END { if (open != "") print open }' "$kept"
  printf '\n**Cut:** this summary shows %s of %s bytes. summary.md in the artefact has all of it.\n' "$(size "$kept")" "$(size "$1")"
  rm -f "$kept"
}

if [[ $fail_on_change != true && $fail_on_change != false ]]; then
  trouble='the input "fail-on-change" is neither true nor false'
  finish
fi

if [[ $redact != true && $redact != false ]]; then
  trouble='the input "redact" is neither true nor false'
  finish
fi
if [[ -n ${BACVIZ_KEY:-} ]]; then
  if [[ $redact == false ]]; then
    trouble='the input "redact-key" is given without "redact"'
    finish
  fi
  export BACVIZ_REDACT_KEY=$BACVIZ_KEY
fi
# Whatever is shown is redacted. Pseudonyms in a committed snapshot stay as they are.
hide=()
if [[ $redact == true ]]; then hide=(--redact); fi

# The old snapshot is the committed file, in the base branch or as it is checked out.
old=$folder/old.json
if [[ $redact == true ]]; then old=$folder/.old.json; fi
if [[ -n $base ]]; then
  if ! git check-ref-format "refs/heads/$base"; then
    trouble='the input "base" is not the name of a branch'
    finish
  fi
  ref=refs/remotes/origin/$base
  if ! git rev-parse --quiet --verify "$ref" >/dev/null &&
    ! tried git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$base:$ref"; then
    trouble='the base branch could not be fetched'
    finish
  fi
  # If the branch's tree has no such path, there is no earlier snapshot. Every other
  # failure is trouble. An absolute path is accepted if it leads into the repository.
  if [[ ${snapshot##*/} == @(|.|..) ]] || ! found=$(GIT_LITERAL_PATHSPECS=1 git ls-tree "$ref" -- "$snapshot" 2>/dev/null); then
    trouble='the input "snapshot" is not the path of a file in the repository'
    finish
  fi
  if [[ -n $found ]] && ! { read -r _ _ blob _ <<<"$found" && git cat-file blob "$blob" >"$old" 2>"$folder/.said"; }; then
    because git
    trouble="the base branch's snapshot could not be read"
    finish
  fi
elif [[ -n $source && ( -e $snapshot || -L $snapshot ) ]] && ! tried cp -- "$snapshot" "$old"; then
  trouble='the committed snapshot could not be read'
  finish
fi

# take reads the source once, so that everything below is about one moment. Rules may
# need the load, which the snapshot leaves out, and the originals of what is redacted.
# The messages of a command that does not redact are kept back then; if it fails, one
# that does says why.
take() {
  local asked=(bacviz snapshot --with-load -o "$now")
  if ((${#hide[@]} == 0)); then
    tried "${asked[@]}" -- "${source:-$snapshot}"
  elif ! "${asked[@]}" -- "${source:-$snapshot}" >"$folder/.said" 2>&1; then
    tried bacviz snapshot --redact -o "$folder/.again.json" -- "${source:-$snapshot}" || true
    return 1
  elif grep -q '^bacviz: warning: ' "$folder/.said"; then
    printf 'bacviz: warnings that may hold names are not shown; there are %s\n' "$(grep -c '^bacviz: warning: ' "$folder/.said")"
  fi
}

new=$folder/cluster.json now=$folder/.now.json
if ! take || ! tried bacviz snapshot ${hide[@]+"${hide[@]}"} -o "$new" -- "$now"; then
  trouble='the network could not be read'
  finish
fi

# draw makes a picture. A failure is only a warning and does not change the verdict.
draw() {
  plainly bacviz "$1" -o "$folder/$2" -- "${@:3}" || printf '::warning title=bacviz::%s could not be drawn\n' "$2"
}
draw render topology.svg "$new"
draw render topology.mmd "$new"

if [[ -e $old && $redact == true ]]; then
  if ! tried bacviz snapshot --redact -o "$folder/old.json" -- "$old"; then
    trouble='the committed snapshot could not be read'
    finish
  fi
  old=$folder/old.json
fi
if [[ -e $old ]]; then
  status=0
  (cd "$folder" && tried bacviz diff --exit-code -o changes.md -- old.json cluster.json) || status=$?
  case $status in
    0) changed=false ;;
    1)
      changed=true
      draw diff changes.svg "$old" "$new"
      draw diff changes.mmd "$old" "$new"
      ;;
    *) trouble='the committed snapshot (old.json) and the present one (cluster.json) could not be compared' ;;
  esac
fi

if [[ -n $rules ]]; then
  status=0
  bacviz check ${hide[@]+"${hide[@]}"} --rules "$rules" -f github -- "$now" 2>"$folder/.said" || status=$?
  plainly cat "$folder/.said"
  bacviz check ${hide[@]+"${hide[@]}"} --rules "$rules" -f text -- "$now" >"$folder/check.txt" 2>/dev/null || true
  case $status in
    0) holds=true ;;
    1) holds=false ;;
    *)
      trouble=${trouble:+$trouble, and }'the rules could not be evaluated'
      because bacviz
      ;;
  esac
fi
finish
