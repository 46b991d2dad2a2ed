"""Reads options the way VirtualBox's RTGetOpt does: `--name value` or `--name=value`."""

from .refusal import syntax


class Options:
    """The words of a command line, taken one after the other."""

    def __init__(self, words, usage=''):
        self.words = list(words)
        self.usage = usage

    def __bool__(self):
        return bool(self.words)

    def take(self, message='Not enough parameters'):
        """The next word."""
        if not self.words:
            raise syntax(message, self.usage)
        return self.words.pop(0)

    def option(self):
        """The next word, parted into an option and the value that an equals sign gave it, which comes next then."""
        word = self.take()
        if word.startswith('--') and '=' in word:
            word, _, value = word.partition('=')
            self.words.insert(0, value)
        return word

    def value(self, option):
        """The value of an option."""
        if not self.words:
            raise syntax(f'{option}: RTGetOpt: Command line option needs argument.', self.usage, status=1)
        return self.words.pop(0)

    def end(self, status=2):
        """Nothing may be left."""
        if self.words:
            word = self.words[0]
            kind = 'Unknown option:' if word.startswith('-') else 'Invalid parameter'
            raise syntax(f'{kind} {word}' if word.startswith('-') else f"{kind} '{word}'", self.usage, status)


def read_flags(words, flags, usage='', status=2, unknown='Unknown option: {}'):
    """Parts words into a dictionary of the options named in `flags` (name to whether it takes a value) and the rest."""
    options = Options(words, usage)
    given, rest = {}, []
    while options:
        word = options.option()
        if word in flags:
            given[word] = options.value(word) if flags[word] else True
        elif word.startswith('-') and len(word) > 1:
            raise syntax(unknown.format(word), usage, status)
        else:
            rest.append(word)
    return given, rest
