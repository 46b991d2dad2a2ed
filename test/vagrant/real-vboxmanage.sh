#!/bin/sh
# The real VBoxManage, of Debian unstable's contrib, as a judge: it starts no machine without its kernel module, and does
# everything else.
#   real-vboxmanage.sh judge OVF [LOG...]   imports the OVF and applies every modifyvm of calls.log files to clones of it
#   real-vboxmanage.sh compare              asks it and the stand-in the same things and shows where they differ
#   real-vboxmanage.sh run                  reads one argument list per line, as JSON, and answers each with JSON
# Status 0 no finding, 1 findings, 69 the real command could not be had, with the reason.
# Needs root, mmdebstrap and python3. The tree (640 MB) is kept in ~/.cache/swarmlab-virtualbox-tree.
set -eu
tree=${SWARMLAB_VIRTUALBOX_TREE:-$HOME/.cache/swarmlab-virtualbox-tree}
here=$(dirname "$(readlink -f "$0")")

none() {
  echo "the real VBoxManage could not be had: $1" >&2
  exit 69
}

if [ ! -x "$tree/usr/bin/VBoxManage" ]; then
  [ "$(uname -sm)" = 'Linux x86_64' ] || none 'it takes Linux on x86_64'
  [ "$(id -u)" = 0 ] || none 'it takes root'
  command -v mmdebstrap >/dev/null || none 'mmdebstrap is missing: apt-get install --no-install-recommends mmdebstrap'
  part=$tree.$$
  mkdir -p "$(dirname "$tree")"
  trap 'rm -rf "$part" "$part.log"' EXIT
  # A mirror that is a snapshot has expired lists; the signatures are checked nevertheless.
  mmdebstrap --quiet --mode=root --variant=essential --include=virtualbox --components=main,contrib \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    unstable "$part" >"$part.log" 2>&1 || none "mmdebstrap: $(tail -n 1 "$part.log")"
  mv "$part" "$tree"
fi

# Its daemons end with the namespace, and what it writes goes into a file system in memory.
exec unshare --mount --pid --net --ipc --uts --fork --kill-child -- \
  env PYTHONDONTWRITEBYTECODE=1 python3 "$here/virtualbox/real.py" "$tree" "$@"
