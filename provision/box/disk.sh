#!/bin/sh
# Makes a disk that boots from its tree: disk.sh TREE BOOT RAW SIZE_MB
# TREE is the file system, BOOT has boot.img and core.img of GRUB, RAW is the file to make. Neither a loop device nor a
# mount is needed: the file system is made within the file, behind the first MiB.
set -eu
umask 022
tree=$1 boot=$2 raw=$3 size_mb=$4
rm -f "$raw"
truncate -s "${size_mb}M" "$raw"
printf 'label: dos\nstart=2048, type=83, bootable\n' | sfdisk --quiet "$raw"

# The inode tables are written here, as zeros in a sparse file, and not by the kernel of every machine at its first boot.
# metadata_csum_seed and orphan_file are not known to GRUB 2.06.
mke2fs -q -F -t ext4 -L swarmlab -m 1 -i 65536 -O ^metadata_csum_seed,^orphan_file \
  -E "offset=1048576,lazy_itable_init=0,lazy_journal_init=0" -d "$tree" "$raw" "$(((size_mb - 1) * 1024))k"

# GRUB: its boot sector in front of the partition table (440 bytes), its core from the second sector on. That is where
# boot.img and core.img look for each other unless they are told otherwise (kernel sector 1, list of blocks from 2).
# The two bytes at 0x66 are a jump that keeps what the BIOS says about the drive; grub-setup makes them NOPs for a hard
# disk, since some BIOSes say it wrongly (GRUB manual, "BIOS installation"; boot.S, boot_drive_check).
core_bytes=$(stat -c %s "$boot/core.img")
if [ "$core_bytes" -gt $((2047 * 512)) ]; then
  echo "GRUB's core has $core_bytes bytes and does not fit in front of the partition" >&2
  exit 1
fi
dd if="$boot/boot.img" of="$raw" bs=440 count=1 conv=notrunc status=none
printf '\220\220' | dd of="$raw" bs=1 seek=102 conv=notrunc status=none
dd if="$boot/core.img" of="$raw" bs=512 seek=1 conv=notrunc status=none
