# Runs as root inside the tree of the box: who may log in, what starts, and nothing that two machines must not share.

# People and keys. Vagrant logs in as vagrant with the key that everybody has, and replaces it at the first `up`
# (https://developer.hashicorp.com/vagrant/docs/boxes/base). Root gets in with the key that a lab puts there.
useradd --create-home --shell /bin/bash --groups sudo,docker vagrant
echo vagrant:vagrant | chpasswd
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/vagrant
chmod 440 /etc/sudoers.d/vagrant
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
cat >/home/vagrant/.ssh/authorized_keys <<'KEYS'
ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key
KEYS
chown vagrant:vagrant /home/vagrant/.ssh/authorized_keys
chmod 600 /home/vagrant/.ssh/authorized_keys
install -d -m 700 /root/.ssh

# The name, the network, the disk.
echo swarmlab >/etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 swarmlab\n::1 localhost ip6-localhost ip6-loopback\n' >/etc/hosts
mkdir -p /etc/network/interfaces.d
cat >/etc/network/interfaces <<'INTERFACES'
source-directory /etc/network/interfaces.d
auto lo
iface lo inet loopback
auto eth0
iface eth0 inet dhcp
INTERFACES
echo 'LABEL=swarmlab / ext4 noatime,errors=remount-ro 0 0' >/etc/fstab
echo 'LANG=C.UTF-8' >/etc/default/locale
# VirtualBox and QEMU hand out addresses at once; a lost answer is asked for again after a second, not after ten.
printf 'initial-interval 1;\nbackoff-cutoff 2;\n' >>/etc/dhcp/dhclient.conf

# SSH: keys only, and host keys of the machine's own, made when it boots for the first time. RSA takes long to make and
# nobody needs it. Names of clients are not looked up: there may be no name server.
rm -f /etc/ssh/ssh_host_*
cat >/etc/ssh/sshd_config.d/swarmlab.conf <<'SSHD'
HostKey /etc/ssh/ssh_host_ed25519_key
HostKey /etc/ssh/ssh_host_ecdsa_key
PasswordAuthentication no
PermitRootLogin prohibit-password
UseDNS no
GSSAPIAuthentication no
SSHD
cat >/usr/local/sbin/make-host-keys <<'HOSTKEYS'
#!/bin/sh
# Makes the host keys that are not there.
for type in ed25519 ecdsa; do
  file=/etc/ssh/ssh_host_${type}_key
  [ -s "$file" ] && [ -s "$file.pub" ] && continue
  rm -f "$file" "$file.pub"
  ssh-keygen -q -t "$type" -N '' -f "$file" || exit 1
done
HOSTKEYS
chmod 755 /usr/local/sbin/make-host-keys
mkdir -p /etc/systemd/system/ssh.service.d
cat >/etc/systemd/system/ssh.service.d/host-keys.conf <<'UNIT'
[Service]
ExecStartPre=
ExecStartPre=/usr/local/sbin/make-host-keys
ExecStartPre=/usr/sbin/sshd -t
UNIT
sed -i '/pam_motd\|pam_mail/d' /etc/pam.d/sshd

# What would run by itself, and what boot would wait for or do in vain: the network cards are there before udev has
# looked at everything (the initial ram disk loads their drivers), and there is no other disk, no screen, no EFI.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer ifupdown-pre.service systemd-pstore.service systemd-binfmt.service systemd-update-utmp.service \
  modprobe@drm.service modprobe@dm_mod.service modprobe@loop.service modprobe@efi_pstore.service \
  dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
for generator in cryptsetup gpt-auto hibernate-resume integritysetup veritysetup; do
  mkdir -p /etc/systemd/system-generators
  ln -sf /dev/null "/etc/systemd/system-generators/systemd-$generator-generator"
done
# Who logs in need not wait for the engine, which is the most that a boot has to do.
for service in containerd docker; do
  mkdir -p "/etc/systemd/system/$service.service.d"
  printf '[Unit]\nAfter=ssh.service\n' >"/etc/systemd/system/$service.service.d/after-ssh.conf"
done
# The engine uses none of these; Docker's own packages leave Kubernetes' part out as well.
cat >/etc/containerd/config.toml <<'CONTAINERD'
version = 2
disabled_plugins = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]
CONTAINERD
systemctl -q enable ssh.service docker.service containerd.service
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n' >/etc/systemd/journald.conf.d/swarmlab.conf

# What makes a machine itself: made anew by each (machine-id(5): an empty file is filled at boot).
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed /etc/docker/key.json
ln -s /etc/machine-id /var/lib/dbus/machine-id
rm -rf /var/lib/docker/* /var/lib/containerd/*
update-initramfs -u -k all >/dev/null
