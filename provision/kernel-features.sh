#!/bin/sh
# Says, one line each, what this machine's kernel can do for Docker's network drivers: `FEATURE yes` or
# `FEATURE no REASON`. Each feature is used for real, in a network namespace that is thrown away at once: a module's
# file or a config option says little about a kernel that may have it built in, blocked or unsigned.
# A feature that gives no answer in time is not known to be missing: then there is no answer at all, and exit status 75.
# Runs as root with `sh -s` on standard input; needs util-linux and iproute2. Ends by itself within seconds.
LC_ALL=C
export LC_ALL

parent='ip link add up0 type veth peer name up1 &&'

try() {
  feature=$1
  status=0
  reason=$(timeout 15 unshare -n sh -c "$2" 2>&1) || status=$?
  case $status in
  0) echo "$feature yes" ;;
  124 | 137)
    echo "$feature: no answer within 15 s" >&2
    exit 75
    ;;
  *) echo "$feature no $(printf '%s' "${reason:-exit status $status}" | head -n 1 | tr -d '\r')" ;;
  esac
}

# Loading is the kernel's own habit for most of these; IPVS alone waits for somebody to ask.
if command -v modprobe >/dev/null 2>&1; then modprobe -q ip_vs >/dev/null 2>&1; fi

try macvlan "$parent ip link add link up0 name child0 type macvlan mode bridge"
try ipvlan "$parent ip link add link up0 name child0 type ipvlan mode l2"
try vxlan 'ip link add vx0 type vxlan id 1 dstport 4789 local 127.0.0.1'
# The transformation that an encrypted overlay installs for each peer (RFC 4106, key and salt are 20 octets).
try esp4 'ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 reqid 1 mode transport aead "rfc4106(gcm(aes))" 0x0102030405060708090a0b0c0d0e0f1011121314 64'
try xt_u32 'iptables -w -A INPUT -m u32 --u32 "0=0" -j DROP'
try xt_bpf 'iptables -w -A INPUT -m bpf --bytecode "1,6 0 0 65535" -j DROP'
try ip_vs 'test -e /proc/net/ip_vs || { echo "/proc/net/ip_vs is not there"; false; }'
try 8021q "$parent ip link add link up0 name up0.10 type vlan id 10"
try dummy 'ip link add dummy0 type dummy'
try netem 'tc qdisc add dev lo root netem delay 1ms'
