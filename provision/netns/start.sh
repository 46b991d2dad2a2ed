#!/bin/sh
# Starts a machine of the lab: start.sh CGROUP_PROCS, with the environment that machine-init.sh asks for.
# --kill-child: when this process ends, the machine's first one does, and with it all of its process namespace.
set -eu
[ -z "$1" ] || echo 0 >"$1"
exec unshare --net --mount --uts --pid --fork --kill-child sh "$(dirname "$0")/machine-init.sh"
