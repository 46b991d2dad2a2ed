"""A home of the stand-in for one test, driven through the executable."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sample import make_sample  # noqa: E402
from standin.cleanup import of_home, stop_all  # noqa: E402

WAIT_SECONDS = 60


class StandInTest(unittest.TestCase):
    """Each test has a folder with the sample appliance and an empty home."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.ovf = make_sample(cls.shared.name)
        cls.addClassCleanup(cls.shared.cleanup)

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='standin-'))
        self.environment = {**os.environ, 'SWARMLAB_VIRTUALBOX_HOME': str(self.home)}
        self.addCleanup(shutil.rmtree, self.home)
        self.addCleanup(stop_all, self.home)

    def run_command(self, *words):
        """One call, whatever comes of it."""
        return subprocess.run(
            [ROOT / 'bin/VBoxManage', *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, env=self.environment
        )

    def ok(self, *words):
        """One call that has to succeed; gives what it printed."""
        done = self.run_command(*words)
        self.assertEqual((done.returncode, [line for line in done.stderr.splitlines() if 'error' in line]), (0, []), words)
        return done.stdout

    def refused(self, words, *fragments, status=1):
        """One call that has to be refused with these words on stderr."""
        done = self.run_command(*words)
        self.assertEqual(done.returncode, status, done.stderr)
        for fragment in fragments:
            self.assertIn(fragment, done.stderr)

    def info(self, name):
        """The machine-readable description of a machine."""
        lines = self.ok('showvminfo', name, '--machinereadable').splitlines()
        return {key.strip('"'): value.strip('"') for key, _, value in (line.partition('=') for line in lines)}

    def calls(self):
        """The log of calls."""
        return [json.loads(line) for line in (self.home / 'calls.log').read_text().splitlines()]

    def import_sample(self, name):
        """Imports the sample under a name."""
        self.ok('import', str(self.ovf), '--vsys', '0', '--vmname', name)

    def machine_folder(self, name):
        """The folder of a machine."""
        return self.home / 'machines' / self.info(name)['UUID']

    def wait_until(self, true, what):
        """Waits for a condition."""
        end = time.monotonic() + WAIT_SECONDS
        while not true():
            self.assertLess(time.monotonic(), end, f'waited for {what}')
            time.sleep(0.05)

    def processes(self):
        """The ids of the home's processes."""
        return of_home(self.home)
