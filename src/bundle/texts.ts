import { type BoxProvider, boxName } from '../box/types.ts';

export interface NamedBox {
  name: string;
  provider: BoxProvider;
  sha256: string;
}

/** A config that finds the box beside it. With boxes of both providers the first one counts, the other is a comment. */
export function bundleConfig(boxes: readonly NamedBox[]): string {
  const [first, ...others] = boxes;
  const lines = (box: NamedBox) => [
    `  provider: ${box.provider}`,
    `  box: ${boxName}`,
    `  boxUrl: ${JSON.stringify(box.name)}`,
    `  sha256: ${box.sha256}`,
  ];
  return [
    'version: 1',
    'provider: vagrant',
    ...(first === undefined ? [] : ['vagrant:', ...lines(first)]),
    ...others.flatMap((box) => [
      `# For ${box.provider}, in place of the four lines above:`,
      ...lines(box).map((line) => `#${line}`),
    ]),
    '',
  ].join('\n');
}

/** For people who have no network and maybe no better reader than Notepad: a byte order mark, and lines as Windows ends them. */
export function bundleReadme(given: { version: string; tarball: string; images: number }): string {
  const text = [...english(given), '', '-'.repeat(72), '', ...korean(given), ''].join('\r\n');
  return `\ufeff${text}`;
}

function english({ version, tarball, images }: { version: string; tarball: string; images: number }): string[] {
  return [
    `swarmlab ${version}, without a network`,
    '',
    'What must be on the computer already: Node.js (20.19 or newer, or 22.12 or',
    'newer), Vagrant, and VirtualBox or libvirt. Their installers are not in here.',
    '',
    'Open a terminal in this folder, and type:',
    '',
    `  npm install -g --offline ./${tarball}`,
    '  swarmlab bundle verify .',
    '  swarmlab up',
    '  swarmlab scope',
    '  swarmlab down',
    '',
    'The second line looks whether every file here is whole; it is there to find',
    'damage, not forgery: compare SHA256SUMS with the one of whoever gave you this.',
    'swarmlab.yaml tells the tool to take its virtual machines from the box file',
    'beside it; the first "up" gives the box to Vagrant, which takes a while.',
    'Before a stick is taken away, copy this folder to the computer and work there.',
    ...(images === 0
      ? []
      : [
          '',
          'images/ holds the image of the containers. It is made on the machines',
          'themselves when it is not there; to save that time copy the files into the',
          'folder "cache" of the folder that keeps the labs: ~/.local/state/swarmlab on',
          'Linux and macOS, %LOCALAPPDATA%\\swarmlab on Windows.',
        ]),
  ];
}

function korean({ version, tarball, images }: { version: string; tarball: string; images: number }): string[] {
  return [
    `swarmlab ${version}: 네트워크 없이 설치하기`,
    '',
    '컴퓨터에 미리 있어야 하는 것: Node.js(20.19 이상 또는 22.12 이상), Vagrant,',
    '그리고 VirtualBox 또는 libvirt. 이 프로그램들의 설치 파일은 여기에 없습니다.',
    '',
    '이 폴더에서 터미널을 열고 다음을 차례로 입력합니다.',
    '',
    `  npm install -g --offline ./${tarball}`,
    '  swarmlab bundle verify .',
    '  swarmlab up',
    '  swarmlab scope',
    '  swarmlab down',
    '',
    '둘째 줄은 이 폴더의 파일이 모두 온전한지 확인합니다. 손상은 찾지만 위조는 찾지',
    '못하므로, 이 폴더를 준 사람의 SHA256SUMS와 비교해 보십시오.',
    'swarmlab.yaml은 가상 머신을 같은 폴더의 .box 파일로 만들라는 설정입니다.',
    '처음 "up"을 실행하면 Vagrant에 .box 파일을 등록하므로 시간이 걸립니다.',
    'USB 메모리를 뽑으려면 먼저 이 폴더를 컴퓨터에 복사하고 거기에서 작업합니다.',
    ...(images === 0
      ? []
      : [
          '',
          'images/에는 컨테이너 이미지가 있습니다. 없으면 가상 머신이 직접 만듭니다. 그',
          '시간을 줄이려면 이 파일들을 실습 환경을 보관하는 폴더 안의 cache 폴더에',
          '복사합니다. Linux와 macOS는 ~/.local/state/swarmlab, Windows는',
          '%LOCALAPPDATA%\\swarmlab입니다.',
        ]),
  ];
}
