#!/bin/sh
# The first process of a machine of the lab, in network, mount, UTS and PID namespaces of its own; ending it ends
# everything in them. Environment: SWARMLAB_MARK (the lab's folder), SWARMLAB_MACHINE, SWARMLAB_KIND
# (engine, plain, router, segment, world); SWARMLAB_CGROUP_NAMESPACE is set in a cgroup namespace (version 2 only).
set -eu
dir=$SWARMLAB_MARK/machines/$SWARMLAB_MACHINE

# /proc is still the machine's that we run on: this is our process id there.
read -r outer_pid _ </proc/self/stat

mount --make-rprivate /
mount -t proc proc /proc
hostname "$SWARMLAB_MACHINE"
if [ -n "${SWARMLAB_CGROUP_NAMESPACE:-}" ]; then
  # Mounted anew, the tree begins at the machine's own cgroup; the kernel refuses one filesystem twice on one place.
  umount -l /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi

# New network namespaces take IPv4 settings from the first one (net.core.devconf_inherit_init_net, kernel
# Documentation/admin-guide/sysctl/net.rst), and several of them change verdicts. Setting ip_forward resets others: first.
ipv4=/proc/sys/net/ipv4
case $SWARMLAB_KIND in router) echo 1 ;; *) echo 0 ;; esac >$ipv4/ip_forward
for conf in all default lo; do
  for setting in rp_filter=0 accept_local=0 accept_redirects=0 send_redirects=0 secure_redirects=0 shared_media=1 \
    accept_source_route=0 arp_ignore=0 arp_announce=0 arp_filter=0 arp_accept=0 proxy_arp=0 log_martians=0 \
    route_localnet=0 disable_policy=0 disable_xfrm=0; do
    file=$ipv4/conf/$conf/${setting%=*}
    [ ! -w "$file" ] || echo "${setting#*=}" >"$file"
  done
done
for setting in icmp_echo_ignore_all=0 icmp_ratelimit=1000 ip_default_ttl=64 ip_no_pmtu_disc=0 tcp_syncookies=1 \
  ip_nonlocal_bind=0 ip_unprivileged_port_start=1024; do
  file=$ipv4/${setting%=*}
  [ ! -w "$file" ] || echo "${setting#*=}" >"$file"
done
echo '32768 60999' >$ipv4/ip_local_port_range

ip link set lo up

case $SWARMLAB_KIND in
segment)
  ip link add segment type bridge stp_state 0 forward_delay 0 mcast_snooping 0
  ip link set segment up
  ;;
engine | plain | world)
  # What only the first network namespace has is the whole computer's; an engine raises kernel.keys.root_maxkeys, say.
  mount --bind /proc/sys /proc/sys
  mount -o remount,bind,ro /proc/sys
  mount --bind /proc/sys/net /proc/sys/net
  mount -o remount,bind,rw /proc/sys/net

  # A /run of its own hides the computer's sockets (Docker's, systemd's) and the lock of iptables.
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
  mkdir -p /run/lock /run/sshd /run/swarmlab/etc /run/swarmlab/etc-work /run/root
  # Its own /etc: names, resolver, accounts and Docker's configuration of the computer must not leak in, nor ours out.
  mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/swarmlab/etc,workdir=/run/swarmlab/etc-work /etc
  rm -rf /etc/docker /etc/resolv.conf /etc/containerd /etc/cni
  mkdir /etc/docker
  cp "$dir/resolv.conf" "$dir/hosts" /etc/
  echo "$SWARMLAB_MACHINE" >/etc/hostname
  # Root's home is empty: no .bashrc and no client configuration of the computer's. sshd lets no locked account in.
  sed -i 's|^\(root:[^:]*:[^:]*:[^:]*:[^:]*:\)[^:]*:|\1/run/root:|' /etc/passwd
  sed -i 's|^root:[^:]*:|root:*:|' /etc/shadow
  chmod 700 /run/root
  for owned in docker containerd; do
    [ ! -d /var/lib/$owned ] || mount -t tmpfs -o mode=711 tmpfs /var/lib/$owned
  done
  # AppArmor's profiles are the whole computer's; without this the engine would load its own.
  [ ! -d /sys/kernel/security/apparmor ] || mount -t tmpfs -o ro tmpfs /sys/kernel/security
  ;;
esac

echo "$outer_pid" >"$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"

if [ "$SWARMLAB_KIND" = world ]; then
  dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-resolv --no-hosts --no-poll --local-ttl=0 \
    --addn-hosts="$dir/names" --address=/#/ --pid-file= --cache-size=0 &
  exec tini -- busybox httpd -f -p 80 -h "$dir/www"
fi
exec tini -- sleep infinity
