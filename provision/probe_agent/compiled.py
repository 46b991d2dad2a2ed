"""Keeps the modules compiled, beside the archive: what Python takes out of a ZIP it compiles anew at every start.

The archive's name is made of its content, and its folder is root's; the Python that compiled them is in the file's name.
"""
import marshal
import os
import sys

PACKAGE = __package__ + '.'
ModuleSpec = type(__spec__)


class Compiled:
    """Finds the package's modules among these: by name, their code."""

    def __init__(self, codes):
        self.codes = codes

    def find_spec(self, name, _path=None, _target=None):
        return ModuleSpec(name, self) if name in self.codes else None

    def create_module(self, _spec):
        return None

    def exec_module(self, module):
        exec(self.codes[module.__name__], module.__dict__)


def read(file):
    """None where there is none, or what was written is no such thing."""
    try:
        with open(file, 'rb') as kept:
            codes = marshal.load(kept)
        return codes if isinstance(codes, dict) else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def keep(file):
    """All or nothing; where it cannot be written the next start compiles again."""
    loader = __loader__
    codes = {name: loader.get_code(name) for name in list(sys.modules) if name.startswith(PACKAGE)}
    part = '%s.%d' % (file, os.getpid())
    try:
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, 'wb') as out:
            marshal.dump(codes, out)
        os.rename(part, file)
    except OSError:
        pass


def start(archive):
    """The agent, or with the word `witness` the one that watches; each keeps what it needs."""
    watches = sys.argv[1:] == ['witness']
    file = '%s.%s-%x%s' % (archive, sys.implementation.cache_tag, sys.hexversion, '-witness' if watches else '')
    codes = read(file)
    if codes is not None:
        sys.meta_path.insert(0, Compiled(codes))
    if watches:
        from .witness import main
    else:
        from .__main__ import main
    if codes is None:
        keep(file)
    main()
