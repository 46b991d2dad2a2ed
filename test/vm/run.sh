#!/bin/sh
# swarmlab on another kind of machine: Debian 12 under QEMU with systemd, cgroup version 2, Debian's kernel (ipvlan, esp4)
# and a Docker Engine of its own that runs beside the lab: test/vm/run.sh [--without-docker] [DRIVER...]
# Brings a lab up in there, prints the scope document on stdout, takes the lab down, and compares the machine with what
# it was before. All else goes to stderr. Exit status: of scope, else of down; 1 where the machine is not as it was.
# Needs root, what build-image.sh needs, and qemu-system-x86. Nothing but SSH on a port of 127.0.0.1 goes in, nothing out.
# SWARMLAB_VM_ACCEL=kvm: faster by far, where the computer has it (default: tcg).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${SWARMLAB_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/swarmlab-vm}
without_docker=
[ "${1:-}" != --without-docker ] || { without_docker=yes && shift; }

say() { echo "$(date +%T) $*" >&2; }

if [ ! -f "$cache/disk.qcow2" ] || [ "$here/build-image.sh" -nt "$cache/disk.qcow2" ]; then
  say "building the machine's image (2 minutes)"
  sh "$here/build-image.sh" "$cache" >&2
fi

work=$(mktemp -d)
qemu=
finish() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

say 'packing the project'
(cd "$here/../.." && npm pack --loglevel=error --pack-destination "$work" >&2)

port=$((20000 + $$ % 10000))
qemu-img create -q -f qcow2 -F qcow2 -b "$cache/disk.qcow2" "$work/disk.qcow2"
# Westmere: on emulated processors the wide vector instructions of newer ones are slower than none.
qemu-system-x86_64 -machine q35 -accel "${SWARMLAB_VM_ACCEL:-tcg}" -cpu Westmere -smp 2 -m 4096 -no-reboot -display none \
  -kernel "$cache/vmlinuz" -initrd "$cache/initrd.img" \
  -append 'root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet mitigations=off' \
  -drive "file=$work/disk.qcow2,if=virtio,cache=unsafe" -device virtio-rng-pci \
  -netdev "user,id=ssh,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=ssh \
  -serial "file:$work/console.log" >&2 2>&1 </dev/null &
qemu=$!

vm() {
  ssh -q -i "$cache/ssh_key" -p "$port" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o ConnectTimeout=10 root@127.0.0.1 "$@"
}

say 'booting (a minute when emulated)'
for _ in $(seq 120); do
  if vm true </dev/null; then break; fi
  kill -0 "$qemu" 2>/dev/null || { cat "$work/console.log" >&2 && exit 3; }
  sleep 2
done
cat "$work"/swarmlab-*.tgz | vm 'mkdir -p /opt && tar -xzC /opt'
vm 'cat >/opt/inside.sh' <"$here/inside.sh"
status=0
vm "sh /opt/inside.sh '$without_docker' $*" </dev/null || status=$?
say "finished with exit status $status"
exit "$status"
