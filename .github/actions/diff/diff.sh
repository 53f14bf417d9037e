#!/usr/bin/env bash
# Compares with BASE, writes the summary and the annotations, and keeps one comment on the pull request up to date.
set -euo pipefail

marker="<!-- cachet diff -->"
arguments=("${BASE:-HEAD^}")
if [ -n "${PROJECT:-}" ]; then arguments+=(--project "$PROJECT"); fi

# A shallow checkout has the head only.
if ! git cat-file -e "${BASE:-HEAD^}^{commit}" 2>/dev/null; then git fetch --quiet --depth=1 origin "$BASE"; fi

code=0
report=$(npx --no-install cachet diff "${arguments[@]}" --format markdown) || code=$?
if [ "$code" -gt 1 ]; then exit "$code"; fi
npx --no-install cachet diff "${arguments[@]}" --format github || true

cold=$([ "$code" = 1 ] && echo true || echo false)
echo "cold=$cold" >> "$GITHUB_OUTPUT"
printf '%s\n' "$report" >> "$GITHUB_STEP_SUMMARY"

if [ "${COMMENT:-true}" = true ] && [ -n "${PULL_REQUEST:-}" ]; then
  comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
  body=$(printf '%s\n%s\n' "$marker" "$report")
  known=$(gh api "$comments" --paginate --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
  if [ -n "$known" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -f body="$body"
  elif [ "$cold" = true ]; then
    gh api --silent --method POST "$comments" -f body="$body"
  fi
fi

if [ "${FAIL:-false}" = true ] && [ "$cold" = true ]; then exit 1; fi
