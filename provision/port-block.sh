#!/bin/sh
# Drops packets on a node's interface, before any rule that accepts:
#   port-block.sh add|remove in|out|both INTERFACE all|tcp|udp|esp [PORT]
#   port-block.sh clear
# `in` are packets to that port that arrive at the interface, `out` those that leave by it. Loopback is never touched.
# Flows that are known already are forgotten, where conntrack(8) is there, so that no accept of established ones lets them on.
set -eu
chain=SWARMLAB-FAULT
ipt() { iptables -w 5 "$@"; }

if [ "$1" = clear ]; then
  for hook in INPUT OUTPUT FORWARD; do
    while ipt -C "$hook" -j "$chain" 2>/dev/null; do ipt -D "$hook" -j "$chain"; done
  done
  if ipt -n -L "$chain" >/dev/null 2>&1; then
    ipt -F "$chain"
    ipt -X "$chain"
  fi
  exit 0
fi

action=$1 direction=$2 interface=$3 protocol=$4 port=${5:-}
match=
[ "$protocol" = all ] || match="-p $protocol"
[ -z "$port" ] || match="$match --dport $port"

if [ "$action" = add ]; then
  ipt -N "$chain" 2>/dev/null || true
  for hook in INPUT OUTPUT FORWARD; do
    # To the top, also where something else has come before it since.
    while ipt -C "$hook" -j "$chain" 2>/dev/null; do ipt -D "$hook" -j "$chain"; done
    ipt -I "$hook" 1 -j "$chain"
  done
fi
rule() {
  # shellcheck disable=SC2086
  if [ "$action" = add ]; then
    ipt -C "$chain" "$@" $match -j DROP 2>/dev/null || ipt -A "$chain" "$@" $match -j DROP
  else
    while ipt -C "$chain" "$@" $match -j DROP 2>/dev/null; do ipt -D "$chain" "$@" $match -j DROP; done
  fi
}
case $direction in in | both) rule -i "$interface" ;; esac
case $direction in out | both) rule -o "$interface" ;; esac
if command -v conntrack >/dev/null 2>&1 && [ -n "$port" ]; then
  conntrack -D -p "$protocol" --dport "$port" >/dev/null 2>&1 || true
fi
