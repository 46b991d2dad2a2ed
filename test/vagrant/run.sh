#!/bin/sh
# Tests of the stand-in for VirtualBox, then the comparison with the real VBoxManage where that can be had.
set -eu
cd "$(dirname "$(readlink -f "$0")")/virtualbox"
python3 -B -m unittest discover -t . -s tests
status=0
../real-vboxmanage.sh compare || status=$?
[ "$status" != 69 ] || exit 0
exit "$status"
