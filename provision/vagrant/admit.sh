#!/bin/sh
# First thing on a new machine, as root, by Vagrant: admit.sh NAME
# Takes the lab's keys from /tmp, where there are any: root may come in with the login key, and sshd shows the host key.
set -eu
name=$1
if [ "$(cat /etc/hostname 2>/dev/null)" != "$name" ]; then
  old=$(hostname)
  echo "$name" >/etc/hostname
  hostname "$name"
  sed -i "s/^127\.0\.1\.1[[:space:]].*/127.0.1.1 $name/; s/[[:space:]]$old\$/ $name/" /etc/hosts
fi
if [ -f /tmp/swarmlab-host ]; then
  umask 077
  mkdir -p /root/.ssh /etc/swarmlab
  cp /tmp/swarmlab-login.pub /root/.ssh/authorized_keys
  cp /tmp/swarmlab-host /etc/swarmlab/host_key
  rm -f /tmp/swarmlab-host /tmp/swarmlab-login.pub
  # First in the file wins (sshd_config(5)): these stand before whatever the box's own configuration says.
  mkdir -p /etc/ssh/sshd_config.d
  cat >/etc/ssh/sshd_config.d/00-swarmlab.conf <<'CONF'
HostKey /etc/swarmlab/host_key
PermitRootLogin prohibit-password
PubkeyAuthentication yes
AllowStreamLocalForwarding yes
AllowTcpForwarding yes
UseDNS no
CONF
  grep -q '^Include /etc/ssh/sshd_config.d/' /etc/ssh/sshd_config ||
    sed -i '1i Include /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config
  systemctl reload ssh 2>/dev/null || systemctl reload sshd
fi
