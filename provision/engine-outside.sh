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
# Where it keeps its data: as its config says, which is named on its command line; a node in namespaces has its own folder,
# named by the mark of the lab, which every process there carries.
value_of() { tr '\0' '\n' <"$1" 2>/dev/null | sed -n "s/^$2=//p" | head -n 1; }
root=
config=$(tr '\0' '\n' <"/proc/${pid:-none}/cmdline" 2>/dev/null | sed -n '/^--config-file$/{n;p;}; s/^--config-file=//p')
folder="$(value_of /proc/1/environ SWARMLAB_MARK)/machines/$(value_of /proc/1/environ SWARMLAB_MACHINE)"
for file in "$config" "$folder/daemon.json" /etc/docker/daemon.json; do
  if [ -n "$root" ] || [ ! -r "$file" ]; then continue; fi
  root=$(sed -n 's/.*"data-root"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$file" | head -n 1)
done
[ -n "$root" ] || root=/var/lib/docker

printf 'pids'
for folder in /proc/[0-9]*; do printf ' %s' "${folder#/proc/}"; done
echo
for file in "$root"/containers/*/config.v2.json; do
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
