#!/bin/bash
# The work of `swarmlab up` for one manager, so many workers and an outsider as a person would script it: same namespaces,
# engines, firewall, image (cached), swarm and readiness (from each node to the next two); no checks, no state, no errors
# handled. usage: bare-up.sh up DIR ARCHIVE [WORKERS]; bare-up.sh down DIR
set -eu
verb=$1 D=$2
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
engines=(m1); for w in $(seq "${4:-2}"); do engines+=("w$w"); done
nodes=("${engines[@]}" o1) count=${#engines[@]}
if [ "$verb" = down ]; then
  for p in "$D"/*/outer; do [ -f "$p" ] && kill -9 "$(cat "$p")" 2>/dev/null || true; done
  for _ in $(seq 100); do pgrep -f "$D/" >/dev/null || break; sleep 0.05; done
  find /sys/fs/cgroup -depth -type d -path '*/bare-up/*' -exec rmdir {} + 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d -name bare-up -exec rmdir {} + 2>/dev/null || true
  rm -rf "$D"
  exit
fi
image_archive=$3
mkdir -p "$D"
ssh-keygen -q -t ed25519 -N '' -f "$D/key"
ssh-keygen -q -t ed25519 -N '' -f "$D/hostkey"
cp "$D/key.pub" "$D/authorized"

start() { # NAME: a machine with namespaces of its own; its first process writes the id it has outside
  mkdir -p "$D/$1/docker"
  cat >"$D/$1/init" <<INIT
read -r pid _ </proc/self/stat
mount --make-rprivate /; mount -t proc proc /proc; hostname $1
echo $2 >/proc/sys/net/ipv4/ip_forward
for c in all default; do echo 0 >/proc/sys/net/ipv4/conf/\$c/rp_filter; done
ip link set lo up
mount -t tmpfs tmpfs /run; mkdir -p /run/sshd /run/lock /run/e /run/w
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/e,workdir=/run/w /etc
rm -rf /etc/docker /etc/resolv.conf; echo nameserver 203.0.113.10 >/etc/resolv.conf
echo \$pid >$D/$1/pid
exec tini -- sleep infinity
INIT
  setsid unshare --net --mount --uts --pid --fork --kill-child bash "$D/$1/init" >"$D/$1/log" 2>&1 </dev/null &
  echo $! >"$D/$1/outer"
}
start segment 0; start gateway 1; start world 0
for n in "${nodes[@]}"; do start "$n" 0; done
pid() { while [ ! -s "$D/$1/pid" ]; do sleep 0.005; done; cat "$D/$1/pid"; }
on() { local m=$1; shift; nsenter -t "$(cat "$D/$m/pid")" -m -u -n -p "$@"; }
S=$(pid segment); G=$(pid gateway); W=$(pid world)
nsenter -t "$S" -n ip link add br0 type bridge; nsenter -t "$S" -n ip link set br0 up
plug() { ip link add name "p$1" netns "$S" type veth peer name eth1 netns "$(pid "$1")"; nsenter -t "$S" -n ip link set "p$1" master br0 up; }
plug gateway
ip link add name world netns "$G" type veth peer name eth0 netns "$W"
nsenter -t "$G" -n ip -batch - <<X
address add 192.168.56.254/24 dev eth1
link set eth1 up
address add 203.0.113.1/24 dev world
link set world up
X
nsenter -t "$W" -n ip -batch - <<X
address add 203.0.113.10/24 dev eth0
link set eth0 up
route add default via 203.0.113.1
X
i=10
for n in "${nodes[@]}"; do
  i=$((i + 1)); plug "$n"
  nsenter -t "$(pid "$n")" -n ip -batch - <<X
address add 192.168.56.$i/24 dev eth1
link set eth1 up
route add default via 192.168.56.254
X
done
i=127
for n in "${engines[@]}"; do
  i=$((i + 1))
  on "$n" setsid dockerd --data-root "$D/$n/docker" --bip "10.$i.0.1/24" --default-address-pool "base=10.$i.128.0/17,size=24" \
    --cgroup-parent "/bare-up/$n" --exec-opt native.cgroupdriver=cgroupfs >>"$D/$n/engine.log" 2>&1 </dev/null &
done
for n in "${nodes[@]}" world; do
  cat >>"$D/ssh_config" <<X
Host $n
  User root
  IdentityFile $D/key
  UserKnownHostsFile $D/known_hosts
  ControlMaster auto
  ControlPath $D/%n.sock
  ControlPersist 30
  ProxyCommand nsenter -t $(cat "$D/$n/pid") -m -u -n -p /usr/sbin/sshd -i -f /dev/null -o HostKey=$D/hostkey -o AuthorizedKeysFile=$D/authorized -o StrictModes=no -o UsePAM=no
X
  echo "$n $(cat "$D/hostkey.pub")" >>"$D/known_hosts"
done
s() { ssh -F "$D/ssh_config" "$@"; }
for n in "${nodes[@]}" world; do s "$n" true & done; wait %?s 2>/dev/null || true
for n in "${engines[@]}"; do (until s "$n" docker version >/dev/null 2>&1; do sleep 0.05; done) & waits+=($!); done
wait "${waits[@]}"

# Firewall: shut, open to peers; and each port seen open from each other node, as an echo on it would show.
address() { if [ "$1" = m1 ]; then echo 192.168.56.11; else echo "192.168.56.$((11 + ${1#w}))"; fi; }
firewall() {
  { echo '*filter'; echo ':SWARM - [0:0]'; echo '-A SWARM -i lo -j RETURN'
    for m in '-p tcp --dport 2377' '-p tcp --dport 7946' '-p udp --dport 7946' '-p udp --dport 4789' '-p esp'; do
      for p in "${engines[@]}"; do [ "$p" = "$1" ] || echo "-A SWARM -s $(address "$p") $m -j ACCEPT"; done
      echo "-A SWARM $m -j DROP"
    done; echo COMMIT; } | s "$1" 'iptables-restore --noflush && iptables -I INPUT 1 -j SWARM'
}
waits=(); for n in "${engines[@]}"; do firewall "$n" & waits+=($!); done; wait "${waits[@]}"
listeners=()
for n in "${engines[@]}"; do
  s "$n" '/usr/bin/python3 -I -S -c "
import socket,select
ls=[]
for port in (2377,7946):
    l=socket.create_server((\"\",port)); l.listen(64); ls.append(l)
us=[]
for port in (7946,4789):
    u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.bind((\"\",port)); us.append(u)
print(\"up\",flush=True)
left='"$((4 * (count - 1)))"'
while left:
    for r in select.select(ls+us,[],[],5)[0]:
        if r in ls: r.accept()[0].send(b\"x\")
        else: d,a=r.recvfrom(64); r.sendto(d,a)
        left-=1
"' >"$D/listen.$n" &
  listeners+=($!)
done
for n in "${engines[@]}"; do until grep -qs up "$D/listen.$n"; do sleep 0.01; done; done
waits=()
for from in "${engines[@]}"; do
  others=""; for n in "${engines[@]}"; do [ "$n" = "$from" ] || others+="\"$(address "$n")\","; done
  s "$from" "/usr/bin/python3 -I -S -c '
import socket
for to in ($others):
    for port in (2377,7946): socket.create_connection((to,port),3).recv(1)
    for port in (7946,4789):
        u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.settimeout(3); u.sendto(b\"x\",(to,port)); u.recv(9)
'" & waits+=($!)
done
wait "${waits[@]}" "${listeners[@]}"
waits=(); for n in "${engines[@]}"; do s "$n" docker load -q <"$image_archive" >/dev/null & waits+=($!); done; wait "${waits[@]}"

s m1 docker swarm init --advertise-addr 192.168.56.11 --listen-addr 192.168.56.11:2377 --data-path-addr 192.168.56.11 \
  --default-addr-pool 10.64.0.0/12 --default-addr-pool-mask-length 24 >/dev/null
token=$(s m1 docker swarm join-token -q worker)
waits=()
for n in "${engines[@]:1}"; do
  s "$n" docker swarm join --token "$token" --advertise-addr "$(address "$n")" --listen-addr "$(address "$n"):2377" \
    --data-path-addr "$(address "$n")" 192.168.56.11:2377 >/dev/null & waits+=($!)
done
wait "${waits[@]}"
until [ "$(s m1 "docker node ls --format '{{.Status}}'" | grep -c Ready)" = "$count" ]; do sleep 0.05; done

s m1 docker network create -d overlay --attachable --subnet 10.79.255.0/24 ready >/dev/null
waits=(); for n in "${engines[@]}"; do s "$n" docker run -d --name "ready-$n" --network ready swarmlab/built-in:1 tail -f /dev/null >/dev/null & waits+=($!); done
wait "${waits[@]}"
waits=()
for i in $(seq 0 $((count - 1))); do for next in 1 2; do
  from=${engines[i]} to=${engines[(i + next) % count]}
  [ "$from" = "$to" ] || { (until s "$from" docker exec "ready-$from" ping -c 1 -W 1 "ready-$to" >/dev/null 2>&1; do sleep 0.05; done) & waits+=($!); }
done; done
wait "${waits[@]}"
waits=(); for n in "${engines[@]}"; do s "$n" docker rm -f "ready-$n" >/dev/null & waits+=($!); done; wait "${waits[@]}"
s m1 docker network rm ready >/dev/null
for n in "${nodes[@]}" world; do s -O exit "$n" 2>/dev/null || true; done
