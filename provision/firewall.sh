#!/bin/sh
# The swarm's ports on a node: firewall.sh DATA_PATH_PORT [PEER...]
# Shut for all but the peers; no peers: shut for everybody. Own traffic over loopback passes. Docker's documentation,
# "Open protocols and ports between the hosts", names the ports; encrypted overlays need IP protocol 50 (ESP) as well.
set -eu
data_path_port=$1
shift
chain=SWARMLAB-SWARM
rules() {
  echo '*filter'
  # Naming the chain empties it, and all of it changes at once (iptables-restore --noflush).
  echo ":$chain - [0:0]"
  echo "-A $chain -i lo -j RETURN"
  for match in '-p tcp --dport 2377' '-p tcp --dport 7946' '-p udp --dport 7946' "-p udp --dport $data_path_port" '-p esp'; do
    for peer in "$@"; do echo "-A $chain -s $peer $match -j ACCEPT"; done
    echo "-A $chain $match -j DROP"
  done
  echo COMMIT
}
rules "$@" | iptables-restore --wait 5 --noflush
iptables -w 5 -C INPUT -j "$chain" 2>/dev/null || iptables -w 5 -I INPUT 1 -j "$chain"
