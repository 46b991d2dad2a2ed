#!/bin/sh
# Runs when the packages are installed: finish.sh TREE (a customize-hook of mmdebstrap(1)).
# Beside it stand settle.sh and the folder boot, for the boot loader.
set -eu
umask 022
tree=$1
# Of this machine; there is no such folder in the tree.
unset TMPDIR
here=$(dirname "$(readlink -f "$0")")
chroot "$tree" /bin/sh -eu -s <"$here/settle.sh"

# GRUB's own image: what finds the partition and its file system, and then reads grub.cfg on it. The loader is made by
# the tree's GRUB, which is then taken out again: a machine needs the boot sectors and grub.cfg, no more.
chroot "$tree" grub-mkimage -O i386-pc -p '(,msdos1)/boot/grub' -o /tmp/core.img \
  biosdisk part_msdos ext2 normal configfile linux serial terminal echo
mkdir -p "$here/boot"
cp "$tree/tmp/core.img" "$tree/usr/lib/grub/i386-pc/boot.img" "$here/boot/"
rm "$tree/tmp/core.img"
chroot "$tree" dpkg --purge grub-pc-bin grub-common >/dev/null
chroot "$tree" apt-get -qq -y --purge autoremove >/dev/null
mkdir -p "$tree/boot/grub"
cat >"$tree/boot/grub/grub.cfg" <<'GRUB'
set timeout=0
linux /vmlinuz root=LABEL=swarmlab ro net.ifnames=0 apparmor=0 console=ttyS0,115200 console=tty0 quiet
initrd /initrd.img
boot
GRUB

# Name and version of every package: what the box is said to hold.
chroot "$tree" dpkg-query -W -f '${Package}\t${Version}\n' >"$here/packages"
rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/log/* "$tree/usr/sbin/policy-rc.d"
mkdir -p "$tree/var/log/journal" && rmdir "$tree/var/log/journal"
