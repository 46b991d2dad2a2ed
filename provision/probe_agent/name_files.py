"""What a place resolves by: hosts(5) and resolv.conf(5), with glibc's limits."""
from .addresses import is_address, is_ipv4
from .errors import name_of

SERVERS = 3  # MAXNS of resolv.h
# At least so many rounds over the servers, because resolvers lose some of a flood.
ROUNDS_LEAST = 3
NDOTS_MOST, TIMEOUT_MOST_S, ATTEMPTS_MOST = 15, 30, 5  # RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY


class NameFiles:
    """Both files of a place, read once per batch."""

    def __init__(self, ns, hosts_path, resolv_path):
        self.ns = ns
        self.error = None
        self.hosts = {}
        self.servers = []
        self.search = []
        self.ndots, self.timeout_s, self.attempts = 1, 5, 2
        try:
            with open(hosts_path, encoding='utf-8', errors='replace') as file:
                self.read_hosts(file)
            with open(resolv_path, encoding='utf-8', errors='replace') as file:
                self.read_resolv(file)
        except OSError as failure:
            self.error = 'cannot read %s: %s' % (failure.filename, name_of(failure.errno))
        if not self.servers:
            self.servers = ['127.0.0.1']  # resolv.conf(5): the default is the local machine

    def read_hosts(self, lines):
        for line in lines:
            words = line.split('#', 1)[0].split()
            if len(words) < 2:
                continue
            if not is_ipv4(words[0]):
                continue
            for word in words[1:]:
                found = self.hosts.setdefault(word.lower(), [])
                if words[0] not in found:
                    found.append(words[0])

    def read_resolv(self, lines):
        for line in lines:
            words = line.split()
            if not words or line[0] in '#;' or line[0].isspace():  # glibc wants the keyword first
                continue
            if words[0] == 'nameserver' and len(words) > 1 and len(self.servers) < SERVERS:
                if is_address(words[1]):  # others are passed over; to connect to them would ask for their name
                    self.servers.append(words[1])
            elif words[0] in ('search', 'domain'):
                self.search = words[1:] if words[0] == 'search' else words[1:2]
            elif words[0] == 'options':
                self.read_options(words[1:])

    def read_options(self, options):
        for option in options:
            key, _, value = option.partition(':')
            if not value.isdigit():
                continue
            if key == 'ndots':
                self.ndots = min(int(value), NDOTS_MOST)
            elif key == 'timeout':
                self.timeout_s = min(max(int(value), 1), TIMEOUT_MOST_S)
            elif key == 'attempts':
                self.attempts = min(max(int(value), 1), ATTEMPTS_MOST)

    def steps(self):
        """How many questions for a name may stay without an answer."""
        return max(self.attempts, ROUNDS_LEAST) * len(self.servers)

    def in_hosts(self, name):
        """The addresses that the hosts file has for it; none for a final dot, which glibc compares as it is."""
        return self.hosts.get(name.lower(), [])

    def candidates(self, name):
        """glibc's res_search: names with enough dots as they are first, else last; a final dot means no search."""
        if name.endswith('.'):
            return [name[:-1]]
        searched = [name + '.' + domain.strip('.') if domain.strip('.') else name for domain in self.search]
        order = [name] + searched if name.count('.') >= self.ndots else searched + [name]
        return list(dict.fromkeys(order))
