#!/bin/sh
# Runs before the packages are installed: prepare.sh TREE (an essential-hook of mmdebstrap(1)).
# The initial ram disk is made while the kernel is installed, so what it shall hold must be said before.
set -eu
umask 022
tree=$1
mkdir -p "$tree/etc/initramfs-tools/conf.d"
# Only the drivers that are named: the disks of VirtualBox (AHCI, IDE, LSI Logic) and of QEMU (virtio).
# Network cards are loaded there as well, in this order, so that their names do not depend on who comes first and
# nothing has to wait for udev to find them.
printf 'MODULES=list\nBUSYBOX=n\nCOMPRESS=zstd\nRESUME=none\n' >"$tree/etc/initramfs-tools/conf.d/swarmlab.conf"
printf '%s\n' ahci ata_piix mptspi mptsas virtio_pci virtio_blk virtio_scsi sd_mod ext4 e1000 virtio_net \
  >"$tree/etc/initramfs-tools/modules"
# A kernel that is installed later finds its links where grub.cfg looks for them.
printf 'do_symlinks = yes\nlink_in_boot = no\n' >"$tree/etc/kernel-img.conf"
# No service is started while the packages are installed.
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
chmod 755 "$tree/usr/sbin/policy-rc.d"
