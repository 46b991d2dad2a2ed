#!/bin/sh
# Makes a virtual machine a node of the lab, as root; doing it again changes nothing. Reads /etc/swarmlab, which the tool
# has written: node.env, routes, hosts, resolv.conf, daemon.json (with an engine), world/ (on the gateway).
# Exit status 10: packages are missing and could not be had. 11: no interface has the segment's MAC. 12: somebody else
# on the segment has the address. 13: the engine does not start. What is wrong goes to stderr.
set -eu
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
dir=/etc/swarmlab
. $dir/node.env

fail() {
  status=$1
  shift
  echo "$*" >&2
  exit "$status"
}

# Boxes of swarmlab have all of it; Debian's own box has no engine.
missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need python3 python3
need iptables iptables
need conntrack conntrack
need busybox busybox
need ip iproute2
[ "$ENGINE" = no ] || need dockerd docker.io
[ -z "$WORLD_ADDRESS" ] || need dnsmasq dnsmasq-base
if [ -n "$missing" ]; then
  { apt-get -q update && apt-get -q install -y --no-install-recommends $missing; } >/var/log/swarmlab-packages.log 2>&1 ||
    fail 10 "packages$missing could not be installed: $(tail -n 2 /var/log/swarmlab-packages.log | tr '\n' ' ')"
fi

link=
for candidate in /sys/class/net/*; do
  [ "$(cat "$candidate/address")" != "$MAC" ] || [ ! -e "$candidate/device" ] || link=${candidate##*/}
done
[ -n "$link" ] || fail 11 "no network interface has the MAC address $MAC"

# A machine that kept the address of another, or a stranger: asked before it is taken (RFC 5227, an ARP probe).
# A child of a macvlan parent puts its address into the card's filter only, and of that VirtualBox's network hears nothing:
# it hands frames for others to a card that may have them (nicpromisc) and is promiscuous as well
# (intnetR0NetworkSwitchUnicast of SrvIntNetR0.cpp).
ip link set "$link" up promisc on
python3 - "$link" "${ADDRESS%/*}" ${GATEWAY_ADDRESS:+"${GATEWAY_ADDRESS%/*}"} <<'PY' || exit 12
import select, socket, struct, sys, time
link, addresses = sys.argv[1], sys.argv[2:]
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
wire.bind((link, 0x0806))
own = wire.getsockname()[4]
for text in addresses:
    address = socket.inet_aton(text)
    ask = struct.pack("!6s6sHHHBBH6s4s6s4s", b"\xff" * 6, own, 0x0806, 1, 0x0800, 6, 4, 1, own, bytes(4), bytes(6), address)
    for _ in range(3):
        wire.send(ask)
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            if not select.select([wire], [], [], max(0, until - time.monotonic()))[0]:
                continue
            frame = wire.recv(2048)
            sender, theirs = frame[22:28], frame[28:32]
            if theirs == address and sender != own:
                print(f"{text} is taken: {sender.hex(':')} answers for it on the segment", file=sys.stderr)
                sys.exit(1)
PY

# Settings that change verdicts, the same on every provider. Setting ip_forward resets others, so it goes first; on nodes
# it is the engine's to set, which then sets FORWARD to DROP (libnetwork, setupIPForwarding).
[ -z "$WORLD_ADDRESS" ] || [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward
for conf in all default lo "$link"; do
  for setting in rp_filter=0 accept_local=0 accept_redirects=0 send_redirects=0 secure_redirects=0 shared_media=1 \
    accept_source_route=0 arp_ignore=0 arp_announce=0 arp_filter=0 arp_accept=0 proxy_arp=0 log_martians=0 \
    route_localnet=0; do
    echo "${setting#*=}" >"/proc/sys/net/ipv4/conf/$conf/${setting%=*}"
  done
done

hostname "$NAME"
echo "$NAME" >/etc/hostname
cat $dir/hosts >/etc/hosts
# The lease's resolver must not come back with the next renewal.
mkdir -p /etc/dhcp/dhclient-enter-hooks.d
echo 'make_resolv_conf() { :; }' >/etc/dhcp/dhclient-enter-hooks.d/swarmlab
[ ! -L /etc/resolv.conf ] || rm /etc/resolv.conf
cat $dir/resolv.conf >/etc/resolv.conf

# Other addresses of the segment are left over from another plan.
ip -o -4 address show dev "$link" | while read -r _ _ _ found _; do
  case $found in "$ADDRESS" | "${GATEWAY_ADDRESS:-none}") ;; *) ip address delete "$found" dev "$link" ;; esac
done
ip address replace "$ADDRESS" dev "$link"
[ -z "$GATEWAY_ADDRESS" ] || ip address replace "$GATEWAY_ADDRESS" dev "$link"
while read -r route; do
  # Unquoted: a destination, "via" and a next hop.
  ip route replace $route
done <$dir/routes

if [ "$ENGINE" = yes ]; then
  mkdir -p /etc/docker
  restart=
  if ! cmp -s $dir/daemon.json /etc/docker/daemon.json; then
    cp $dir/daemon.json /etc/docker/daemon.json
    restart=yes
  fi
  # Machines cloned from one disk must not be one engine.
  if [ ! -f $dir/prepared ] && [ -f /etc/docker/key.json ] || [ ! -f $dir/prepared ] && [ -f /var/lib/docker/engine-id ]; then
    rm -f /etc/docker/key.json /var/lib/docker/engine-id
    restart=yes
  fi
  systemctl -q enable docker 2>/dev/null || true
  # The unit gives up after three starts in a minute; this one is asked for.
  systemctl reset-failed docker 2>/dev/null || true
  if [ -n "$restart" ]; then systemctl restart docker; else systemctl start docker; fi ||
    fail 13 "the engine does not start: $(journalctl -u docker -n 3 --no-pager -o cat | tr '\n' ' ')"
else
  systemctl -q disable --now docker.socket docker containerd 2>/dev/null || true
  # An engine that ran once, as the box starts one, has left a firewall that forwards nothing.
  if iptables -w 5 -S DOCKER >/dev/null 2>&1; then
    iptables -w 5 -P FORWARD ACCEPT
    for table in filter nat; do
      iptables -w 5 -t $table -F
      iptables -w 5 -t $table -X
    done
    ! ip link show docker0 >/dev/null 2>&1 || ip link delete docker0
  fi
fi

if [ -n "$WORLD_ADDRESS" ]; then
  if [ ! -e /run/netns/world ]; then
    mkdir -p /etc/netns/world
    cp $dir/world/resolv.conf /etc/netns/world/resolv.conf
    ip netns add world
    ip link add name world type veth peer name eth0 netns world
    ip netns exec world sh -c 'for conf in all default lo eth0; do
      for setting in rp_filter accept_redirects send_redirects; do echo 0 >/proc/sys/net/ipv4/conf/$conf/$setting; done
    done'
  fi
  ip address replace "$WORLD_GATEWAY" dev world
  ip link set world up
  ip -n world link set lo up
  ip -n world address replace "$WORLD_ADDRESS" dev eth0
  ip -n world link set eth0 up
  ip -n world route replace default via "${WORLD_GATEWAY%/*}"
  unit() {
    name=swarmlab-world-$1
    shift
    systemctl -q is-active "$name" || { systemctl reset-failed "$name" 2>/dev/null || true; systemd-run -q --unit "$name" "$@"; }
  }
  unit dns ip netns exec world dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-resolv --no-hosts \
    --no-poll --local-ttl=0 --addn-hosts=$dir/world/names '--address=/#/' --pid-file= --cache-size=0
  unit web ip netns exec world busybox httpd -f -p 80 -h $dir/world/www
  cat >/run/systemd/system/swarmlab-world-ssh.socket <<UNIT
[Socket]
ListenStream=$WORLD_SSH_PORT
Accept=yes
MaxConnections=64
UNIT
  cat >/run/systemd/system/swarmlab-world-ssh@.service <<'UNIT'
[Service]
ExecStart=-/usr/sbin/ip netns exec world /usr/sbin/sshd -i
StandardInput=socket
StandardError=journal
KillMode=process
UNIT
  mkdir -p /run/sshd
  systemctl daemon-reload
  systemctl start swarmlab-world-ssh.socket
fi
touch $dir/prepared
