#!/bin/sh
# libvirt-room.sh FOLDER: libvirt of its own, for a test, in the mount, network and PID namespaces that it is started in.
# Nothing of the machine's own libvirt is read or written: its folders are covered by those in FOLDER. No systemd is
# needed. Ends with its namespaces.
set -eu
folder=$1
ip link set lo up
mount --make-rprivate /
for covered in /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /run/libvirt; do
  own=$folder$covered
  mkdir -p "$covered" "$own"
  mount --bind "$own" "$covered"
done
# It wants to know the user that Debian's libvirt-daemon-system would have made.
grep -v ^libvirt-qemu: /etc/passwd >"$folder/passwd"
echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin' >>"$folder/passwd"
grep -v ^libvirt-qemu: /etc/group >"$folder/group"
echo 'libvirt-qemu:x:64055:' >>"$folder/group"
mount --bind "$folder/passwd" /etc/passwd
mount --bind "$folder/group" /etc/group
# A lab without KVM, without a security module, and without a cgroup of its own. QEMU runs as who started it.
cat >/etc/libvirt/qemu.conf <<'CONF'
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
seccomp_sandbox = 0
CONF
cat >/etc/libvirt/libvirtd.conf <<'CONF'
auth_unix_rw = "none"
auth_unix_ro = "none"
CONF
virtlogd --daemon
# QEMU leaves its parent: somebody must take notice when it ends.
exec tini -- libvirtd
