#!/bin/sh
# Builds a Debian 12 machine with systemd, cgroup version 2, Debian's kernel and a Docker Engine of its own, to be booted
# directly by kernel and initrd: build-image.sh FOLDER
# FOLDER then holds disk.qcow2, vmlinuz, initrd.img and ssh_key. Needs root, mmdebstrap, e2fsprogs, qemu-utils, and Node on
# this computer of the same release of glibc (its binary is copied; Debian 12 itself has Node 18).
set -eu
folder=$1
mkdir -p "$folder"
root=$(mktemp -d "$folder/root.XXXXXX")
trap 'rm -rf "$root" "$folder/disk.raw"' EXIT

# What swarmlab's namespaces need, and what looks after the fact: tcpdump, conntrack.
packages=linux-image-cloud-amd64,initramfs-tools,zstd,systemd-sysv,udev,dbus,kmod,apparmor,libstdc++6,ifupdown,isc-dhcp-client
packages=$packages,docker.io,containerd,runc,openssh-server,iproute2,iptables,nftables,busybox,python3,tini,dnsmasq-base
packages=$packages,procps,conntrack,tcpdump,ca-certificates

# A small initrd: the disk's drivers and no others. The modules themselves stay on the disk.
initramfs='mkdir -p "$1/etc/initramfs-tools/conf.d"
printf "MODULES=list\nCOMPRESS=zstd\n" >"$1/etc/initramfs-tools/conf.d/vm.conf"
printf "virtio_pci\nvirtio_blk\nvirtio_net\next4\n" >"$1/etc/initramfs-tools/modules"'

mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook="$initramfs" bookworm "$root"

cp "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
rm -f "$folder/ssh_key" "$folder/ssh_key.pub"
ssh-keygen -q -t ed25519 -N '' -C swarmlab-vm -f "$folder/ssh_key"
install -D -m 600 "$folder/ssh_key.pub" "$root/root/.ssh/authorized_keys"
echo vm >"$root/etc/hostname"
printf '127.0.0.1 localhost vm\n' >"$root/etc/hosts"
printf 'auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n' >"$root/etc/network/interfaces"
echo '/dev/vda / ext4 defaults,noatime 0 1' >"$root/etc/fstab"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer getty@tty1.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

cp -L "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp -L "$root"/boot/initrd.img-* "$folder/initrd.img"
rm -rf "$root"/boot/* "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
truncate -s 6G "$folder/disk.raw"
mkfs.ext4 -q -F -d "$root" "$folder/disk.raw"
qemu-img convert -O qcow2 "$folder/disk.raw" "$folder/disk.qcow2"
