#!/bin/sh
# An engine as it looks from without: `state LETTER` of its process (proc(5)), or `state none`. Where it cannot be asked,
# or with the word `all`, also what it wrote of its containers: `pids ...` of all processes, `C {...}` config.v2.json and `H {...}` hostconfig.json of each.
# Changes nothing. Runs as root with `sh -s` on standard input.
pid=$(cat /var/run/docker.pid 2>/dev/null)
state=none
if [ -n "$pid" ] && grep -q docker "/proc/$pid/comm" 2>/dev/null; then
  state=$(sed -n 's/^State:[[:space:]]*\([A-Z]\).*/\1/p' "/proc/$pid/status")
fi
echo "state $state"
case $state-${1:-} in none-* | T-* | t-* | Z-* | X-* | *-all) ;; *) exit 0 ;; esac
printf 'pids'
for folder in /proc/[0-9]*; do printf ' %s' "${folder#/proc/}"; done
echo
for file in /var/lib/docker/containers/*/config.v2.json; do
  [ -r "$file" ] || continue
  printf 'C '
  tr -d '\n' <"$file"
  echo
  host="${file%/config.v2.json}/hostconfig.json"
  [ -r "$host" ] || continue
  printf 'H '
  tr -d '\n' <"$host"
  echo
done
