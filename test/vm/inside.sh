#!/bin/sh
# Runs inside the machine, as root: inside.sh WITHOUT_DOCKER [DRIVER...]; see run.sh.
set -eu
without_docker=$1
shift
swarmlab() { node /opt/package/dist/cli.js "$@"; }

# What a lab must leave alone, one file each; counters and clocks left out.
picture() {
  mkdir -p "$1"
  sysctl -a 2>/dev/null | grep -Ev '^(kernel\.random|kernel\.ns_last_pid|kernel\.pty\.nr|kernel\.sched_domain|fs\.(dentry|inode|file|quota|aio-nr))|nf_conntrack_count' >"$1/sysctl"
  iptables-save | sed -e '/^#/d' -e 's/\[[0-9:]*\]//' >"$1/iptables"
  { ip -o link && ip -o -4 addr && ip -4 route show table all && ip xfrm state; } | sed 's/valid_lft.*//' >"$1/network"
  sed -E 's/^[0-9]+ [0-9]+ [0-9:]+ //' /proc/self/mountinfo | sort >"$1/mounts"
  find /sys/fs/cgroup -type d ! -path '*user.slice*' | sort >"$1/cgroups"
  cat /sys/fs/cgroup/cgroup.subtree_control >>"$1/cgroups"
  lsns -rno TYPE,NS,COMMAND | cut -d ' ' -f 1-3 | sort >"$1/namespaces"
  ls -A / /etc /etc/docker /run /var/lib /var/lib/docker 2>/dev/null >"$1/files"
  if systemctl -q is-active docker; then
    { docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' && docker images -q --no-trunc && docker network ls -q --no-trunc; } >"$1/docker"
  fi
}

systemctl is-system-running --wait >/dev/null || true
if [ -n "$without_docker" ]; then
  systemctl disable --now docker.socket docker containerd
  ip link delete docker0
else
  mkdir /tmp/own
  tar -C / -c "$(readlink -f /bin/busybox | cut -c 2-)" $(ldd /bin/busybox | grep -o '/[^ ]*' | cut -c 2-) -h | docker import - own >/dev/null
  docker run -d --name own -p 127.0.0.1:8080:80 own "$(readlink -f /bin/busybox)" httpd -f -p 80
fi >&2
picture /tmp/before
# An emulated machine may be too slow for an engine's own time-outs; up goes on from where it stopped.
swarmlab up --workers 1 --retain --timeout 30m >&2 || swarmlab up --workers 1 --retain --timeout 30m >&2 ||
  swarmlab up --workers 1 --retain --timeout 30m >&2
status=0
swarmlab scope --json --timeout 60m "$@" || status=$?
swarmlab down --json >&2 || [ "$status" -ne 0 ] || status=$?
picture /tmp/after
diff -r /tmp/before /tmp/after >&2 || [ "$status" -ne 0 ] || status=1
exit "$status"
