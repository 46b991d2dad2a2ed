#!/bin/sh
# Starts a machine of the lab: start.sh CGROUP_PROCS CGROUP_NAMESPACE_ROOT, with the environment that machine-init.sh asks
# for; either may be empty. A cgroup namespace is rooted where its maker stands (cgroup_namespaces(7)), so that comes first.
# --kill-child: when this process ends, the machine's first one does, and with it all of its process namespace.
set -eu
cgroup_procs=$1 namespace_root=$2
if [ -n "$namespace_root" ]; then
  echo 0 >"$namespace_root/cgroup.procs"
  export SWARMLAB_CGROUP_NAMESPACE=yes
  exec unshare --cgroup sh "$0" "$cgroup_procs" ''
fi
[ -z "$cgroup_procs" ] || echo 0 >"$cgroup_procs"
exec unshare --net --mount --uts --pid --fork --kill-child sh "$(dirname "$0")/machine-init.sh"
