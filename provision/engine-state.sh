#!/bin/sh
# Breaks a node's Docker Engine on purpose, or says how it is: engine-state.sh stop|kill|pause|resume|look
# `look` prints running, paused or gone. `resume` lets a paused one go on; one that is gone it starts where systemd does that.
set -eu
pid=$(cat /run/docker.pid 2>/dev/null) || pid=
state=gone
if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
  # proc(5), stat: the state stands behind the name in parentheses; T is stopped by a signal.
  case $(sed 's/.*) //' "/proc/$pid/stat") in
  T*) state=paused ;;
  Z* | X*) ;;
  *) state=running ;;
  esac
fi
systemd=no
[ ! -d /run/systemd/system ] || systemd=yes

gone() {
  # An engine that ends by itself ends its containers first, and gives each 10 s (dockerd(8), --shutdown-timeout: 15 s in all).
  left=300
  while [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "dockerd ($pid) does not end" >&2; exit 1; }
    sleep 0.1
  done
}

case $1 in
look) echo "$state" ;;
stop)
  # A masked unit is started by nobody, not even by its socket; --runtime is over with the machine (systemctl(1)).
  if [ "$systemd" = yes ]; then systemctl mask --quiet --runtime --now docker.socket docker.service; fi
  [ "$state" = gone ] || { kill -CONT "$pid"; kill -TERM "$pid" 2>/dev/null || :; gone; }
  ;;
kill)
  if [ "$systemd" = yes ]; then systemctl mask --quiet --runtime docker.socket docker.service; fi
  [ "$state" = gone ] || { kill -KILL "$pid"; gone; }
  if [ "$systemd" = yes ]; then systemctl stop docker.socket 2>/dev/null || :; fi
  ;;
pause) [ "$state" = gone ] || kill -STOP "$pid" ;;
resume)
  [ "$state" != paused ] || kill -CONT "$pid"
  if [ "$systemd" = yes ]; then
    systemctl unmask --quiet --runtime docker.socket docker.service
    systemctl start docker.socket docker.service
  fi
  ;;
*)
  echo "engine-state.sh stop|kill|pause|resume|look, not $1" >&2
  exit 2
  ;;
esac
