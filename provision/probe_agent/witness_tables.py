"""A machine's tables as its own programs print them; what they mean is the controller's to say."""
import contextlib
import json
import os
import shutil
import subprocess

from .kernel import setns

MOST_BYTES = 2 << 20
MOST_DEVICES = 8
SECONDS = 3


@contextlib.contextmanager
def stand(path):
    """In that network namespace, and back again; None is the machine's own."""
    if path is None:
        yield
        return
    own = os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            setns(there)
            yield
        finally:
            setns(own)
            os.close(there)
    finally:
        os.close(own)


def say(*argv):
    """What a program prints; empty where it is not installed."""
    if shutil.which(argv[0]) is None:
        return ''
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise OSError('%s did not end within %d s' % (argv[0], SECONDS)) from None
    if done.returncode != 0:
        raise OSError('%s: %s' % (' '.join(argv), done.stderr.decode(errors='replace').strip()[:200]))
    return done.stdout[:MOST_BYTES].decode(errors='replace')


def read(file):
    with open(file) as opened:
        return opened.read(MOST_BYTES)


def read_or_none(file):
    try:
        return read(file)
    except OSError:
        return None


def rules():
    """Of both backends of iptables, and nftables' own; asking the old one where nobody uses it would make its tables."""
    legacy = (read_or_none('/proc/net/ip_tables_names') or '').strip() != ''
    return {'iptables': say('iptables-save', '-c'), 'legacy': say('iptables-legacy-save', '-c') if legacy else '',
            'nft': say('nft', 'list', 'ruleset')}


def filters():
    """Programs of tc, at interfaces that have a place for them (tc-bpf(8), clsact); most have none, and cost no question."""
    kinds = json.loads(say('tc', '-j', 'qdisc', 'show') or '[]')
    devices = sorted({one['dev'] for one in kinds if one.get('kind') in ('clsact', 'ingress')})[:MOST_DEVICES]
    return [{'device': device, 'hook': hook, 'text': say('tc', 'filter', 'show', 'dev', device, hook)}
            for device in devices for hook in ('ingress', 'egress')]


def engine():
    """The state of dockerd's process: a letter of proc(5), or None where there is none."""
    pid = (read_or_none('/var/run/docker.pid') or '').strip()
    stat = read_or_none('/proc/%s/stat' % pid) if pid else None
    if stat is None or 'docker' not in stat[:stat.rfind(')')]:
        return {'state': None}
    return {'state': stat[stat.rfind(')') + 2]}


def neighbours():
    return {'stat': read_or_none('/proc/net/stat/arp_cache'),
            'limit': read_or_none('/proc/sys/net/ipv4/neigh/default/gc_thresh3')}


def interior(place):
    with stand(place['path']):
        return {'id': place['id'], 'addresses': say('ip', '-j', 'addr'), 'routes': say('ip', '-j', 'route'),
                'tcp': read('/proc/thread-self/net/tcp'), 'udp': read('/proc/thread-self/net/udp')}


def overlay(place):
    with stand(place['path']):
        return {'id': place['id'], 'links': say('ip', '-j', '-d', 'link'), 'fdb': say('bridge', '-j', 'fdb'),
                'neighbours': say('ip', '-j', 'neigh')}


def addresses(place):
    with stand(place['path']):
        return {'id': place['id'], 'addresses': say('ip', '-j', 'addr')}


def before(look, attempt):
    return {
        'rules': attempt('firewall rules', rules),
        'links': attempt('interfaces', lambda: say('ip', '-j', 'addr')),
        'queues': attempt('queueing disciplines', lambda: say('tc', '-j', 'qdisc', 'show')),
        'filters': attempt('programs of tc', filters),
        'forwarding': attempt('ip_forward', lambda: read('/proc/sys/net/ipv4/ip_forward')),
        'neighbours': attempt('neighbour table', neighbours),
        'engine': attempt('engine process', engine),
        'interiors': [one for one in (attempt('inside of %s' % place['id'], lambda place=place: interior(place))
                                      for place in look['interiors']) if one is not None],
        'crowd': [one for one in (attempt('addresses of %s' % place['id'], lambda place=place: addresses(place))
                                  for place in look['crowd']) if one is not None],
    }


def after(look, attempt):
    return {
        'rules': attempt('firewall rules', rules),
        'neighbours': attempt('neighbour table', neighbours),
        'overlays': [one for one in (attempt('overlay %s' % place['id'], lambda place=place: overlay(place))
                                     for place in look['overlays']) if one is not None],
    }
