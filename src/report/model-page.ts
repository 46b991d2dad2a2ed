import type { ExpectedOutcome } from '../experiment/language/definition.ts';
import { wordOf } from '../experiment/language/vocabulary.ts';
import type { RuleText } from '../model/expectation.ts';
import { deliveryRules } from '../model/rules/delivery.ts';
import { nameRules } from '../model/rules/names.ts';
import { targetRules } from '../model/rules/targets.ts';

interface Row extends RuleText {
  expected: string;
}

const intro = `# The model: what should come out, and why

Made from the rules in \`src/model/rules/\` by \`npm run schema\`; change those, not this page.

The model is a pure function: from the lab at a moment of an experiment (nodes, engines, networks, containers, services,
closed ports, routes) and one probe to the outcome that is due, and the rule that decides. It reads the same list of probes
that the runner sends. \`swarmlab predict\` prints it; \`run\` names the rule beside each probe.

A probe by name is first a look-up, then packets to the address that was found. Each of the two has a list of rules, tried in
the order of this page: the first that applies speaks. Where no rule knows, the model says \`undecided\` and why. It never guesses:
- a step that runs a command is taken to change nothing only where all of its programs are known to look and no more; setting the
  FORWARD policy is understood; after any other command everything is undecided
- a network option or a key of daemon.json that no rule knows makes what it touches undecided
- while gossip is cut, or just back, names and overlay packets are undecided until a step has seen how it stands (\`wait\`)

Outcomes are the words of an experiment's tables ([experiments.md](experiments.md)); \`found\` leads on to the packets.
`;

/** docs/model.md, out of the rules. */
export function renderModelPage(): string {
  const others = Object.entries(targetRules).map(([id, rule]) => ({ id, ...rule }));
  return [
    intro,
    section('Names: what a look-up gives', nameRules),
    section('Packets: whether they get there and back', deliveryRules),
    section('Services, published ports, and questions that cannot be asked', others),
  ].join('\n');
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ id, expected, sentence, reference }) =>
      `| \`${id}\` | ${wordFor(expected)} | ${escaped(sentence)} | ${linkTo(reference)} |`,
  );
  return `## ${title}\n\n| rule | outcome | because | see |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}

function wordFor(expected: string): string {
  return expected === 'found' || expected === 'undecided' ? expected : `\`${wordOf(expected as ExpectedOutcome)}\``;
}

function linkTo(reference: string): string {
  if (reference === 'docs/model.md') return 'above';
  const named = /^https:\/\/(?:docs\.docker\.com\/(.+?)\/?|github\.com\/(.+)|docs\.kernel\.org\/(.+))$/.exec(reference);
  const name = named?.[1] ?? named?.[2] ?? named?.[3];
  if (name === undefined) return escaped(reference);
  const short = name.replace(/^engine\/|\/blob\/.*\/|#.*$|\.html.*$/g, (part) => (part.startsWith('/blob') ? ' ' : ''));
  return `[${escaped(short)}](${reference})`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
