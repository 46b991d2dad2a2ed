#!/bin/sh
# The root filesystem of the built-in image as a tar on stdout, from this node's own busybox and the libraries it needs.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
busybox=$(command -v busybox)
mkdir -p "$root/bin" "$root/sbin" "$root/usr/bin" "$root/usr/sbin" "$root/etc" "$root/tmp" "$root/root" "$root/proc" \
  "$root/sys" "$root/dev" "$root/var/www"
chmod 1777 "$root/tmp"
cp "$busybox" "$root/bin/busybox"
# A static busybox has no libraries; ldd says so with a status of its own.
{ ldd "$busybox" || true; } | tr ' ' '\n' | sed -n 's|^[[:space:]]*\(/[^ ]*\).*|\1|p' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
for library in /lib/*-linux-gnu*/libnss_dns.so.2 /lib/*-linux-gnu*/libnss_files.so.2 /lib/*-linux-gnu*/libresolv.so.2; do
  [ ! -e "$library" ] || { mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library"; }
done
for applet in $("$busybox" --list); do ln -sf busybox "$root/bin/$applet"; done
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
tar -C "$root" --numeric-owner --owner=0 --group=0 -cf - .
