#!/bin/sh
# Starts the engine of the machine it runs on, unless it runs: engine.sh MACHINE_DIR
set -eu
dir=$1
if [ -f /run/docker.pid ] && [ "$(cat "/proc/$(cat /run/docker.pid)/comm" 2>/dev/null)" = dockerd ]; then
  exit 0
fi
rm -f /run/docker.pid /run/docker/containerd/containerd.pid
# Preset to 1, the engine would leave FORWARD at ACCEPT and the LAN would reach containers (libnetwork, setupIPForwarding).
[ "$(iptables -S FORWARD 2>/dev/null | head -n 1)" = '-P FORWARD DROP' ] || echo 0 >/proc/sys/net/ipv4/ip_forward
setsid dockerd --config-file "$dir/daemon.json" </dev/null >>"$dir/engine.log" 2>&1 &
