import { expect, it } from 'vitest';
import { lastComplaint } from '../../src/provider/netns/netns.ts';
import { preflight } from '../../src/provider/netns/preflight.ts';
import { mountsBelow } from '../../src/provider/netns/removal.ts';

const mountinfo = [
  '25 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
  '90 25 0:52 / /srv/a\\040b\\134c/labs/x/machines/m1/docker/overlay2/1/merged rw - overlay overlay rw',
  '91 25 254:1 /srv/plain/labs/x/machines/m1/docker /var/lib/docker rw - ext4 /dev/vda1 rw',
  '92 25 0:53 / /srv/plain/labs/xy/machines rw - tmpfs tmpfs rw',
  '',
].join('\n');

it.each([
  ['/srv/a b\\c/labs/x', ['/srv/a b\\c/labs/x/machines/m1/docker/overlay2/1/merged']],
  ['/srv/plain/labs/x', ['/var/lib/docker']],
  ['/srv/other', []],
])('finds the mounts that %s has a part in', (folder, mounts) => {
  expect(mountsBelow(folder, mountinfo)).toEqual(mounts);
});

it.each([
  ['/srv/with "quotes"/labs/x', true],
  ['/srv/back\\slash/labs/x', true],
  ['/srv/50%/labs/x', true],
  ['/srv/line\nbreak/labs/x', true],
  ['/run/labs/x', true],
  ["/srv/o'neill 한글 $HOME #1/labs/x", false],
])('%j cannot hold a lab: %s', async (stateDir, refused) => {
  const codes = (await preflight(stateDir)).map(({ code }) => code);
  expect(codes.includes('netns.state-folder')).toBe(refused && process.platform === 'linux');
});

it.each([
  ['time="1" level=info msg="a"\nfailed to start daemon: why\n', 'failed to start daemon: why'],
  ['failed before\ntime="1" level=info msg="a"\n', 'failed before'],
  ['time="1" msg="a"\ntime="2" msg="b"\n', 'time="2" msg="b"'],
  ['', ''],
])('of the log %j an engine complains of %j', (log, said) => {
  expect(lastComplaint(log)).toBe(said);
});
