#!/bin/sh
# Runs a command on a machine of the lab: enter.sh PID CGROUP_PROCS COMMAND...
# Joining the machine's cgroup (empty: none) first makes whatever the command starts the lab's.
set -eu
pid=$1 cgroup_procs=$2
shift 2
[ -z "$cgroup_procs" ] || echo 0 >"$cgroup_procs"
exec nsenter -t "$pid" -m -u -n -p -C "$@"
