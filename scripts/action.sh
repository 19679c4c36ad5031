#!/usr/bin/env bash
# What action.yml runs: annotations on stdout, a table in the job's summary.
set -uo pipefail

arguments=()
if [[ -n "${MERGE_BASE:-}" ]]; then
  arguments+=(--merge-base "$MERGE_BASE")
elif [[ -n "${AGAINST:-}" ]]; then
  arguments+=(--against "$AGAINST")
fi
if [[ -n "${LEVEL:-}" ]]; then
  arguments+=(--level "$LEVEL")
fi
files=()
while IFS= read -r file; do
  if [[ -n "$file" ]]; then
    files+=("$file")
  fi
done <<<"${FILES:-}"

dovetail check --format github "${arguments[@]}" -- "${files[@]}"
code=$?
if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
  dovetail -q check --format markdown "${arguments[@]}" -- "${files[@]}" \
    >>"$GITHUB_STEP_SUMMARY"
fi
if [[ -n "${SARIF:-}" ]]; then
  dovetail -q check --format sarif --output "$SARIF" "${arguments[@]}" -- "${files[@]}"
fi
exit "$code"
