#!/bin/sh
# An SSH server for one connection on stdin and stdout, on a machine of the lab: ssh-pipe.sh MACHINE_DIR
set -eu
dir=$1
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec sh "$(dirname "$0")/enter.sh" "$(cat "$dir/pid")" "$(cat "$dir/cgroup_procs")" \
  /usr/sbin/sshd -i -f "$dir/sshd_config" -E "$dir/sshd.log"
