"""Mininet's pingall over its Linux bridge. usage: pingall.py HOSTS PINGED. Prints seconds and pairs of the first PINGED."""
import json
import sys
import time

from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo

setLogLevel('error')
Mininet.inited = True  # else it changes limits of the whole machine, and leaves them
net = Mininet(topo=SingleSwitchTopo(int(sys.argv[1])), switch=LinuxBridge, controller=None, autoSetMacs=True)
net.start()
try:
    hosts = net.hosts[:int(sys.argv[2])]
    began = time.monotonic()
    lost = net.ping(hosts, timeout='1')
    print(json.dumps({'wallS': time.monotonic() - began, 'pairs': len(hosts) * (len(hosts) - 1), 'lostPercent': lost}))
finally:
    net.stop()
