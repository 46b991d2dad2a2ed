import { describe, expect, it } from 'vitest';
import { chooseByClass } from '../../../src/experiment/running/classes.ts';
import { planQuestions } from '../../../src/experiment/running/questions.ts';
import type { PresentContainer } from '../../../src/experiment/running/running.ts';
import type { ChosenEnd } from '../../../src/experiment/running/select.ts';
import type { Observation } from '../../../src/probe/types.ts';

function container(node: string, name: string, more: Partial<PresentContainer['view']> = {}): PresentContainer {
  const view = { id: name, name, running: true, pid: 1, sandboxKey: '/ns', networkMode: 'web', hostsPath: '/h' };
  const addresses = { web: { ip: `10.0.0.${name.length}`, mac: '', gateway: '' } };
  return { id: `${node}/${name}`, node, view: { ...view, resolvConfPath: '/r', labels: {}, addresses, ...more } };
}

function choose(present: readonly PresentContainer[], draws: readonly number[] = []) {
  const ends = present.map((one): ChosenEnd => ({ kind: 'container', id: one.id, container: one }));
  const questions = planQuestions(ends, ends, null, present, new Map(), 'default');
  let at = 0;
  const random = () => draws[at++ % Math.max(1, draws.length)] ?? 0;
  return { questions, choice: chooseByClass(questions, ends, present, random) };
}

const seen = (outcome: Observation['outcome']): Observation => {
  return { probeId: 0, outcome, detail: '', address: null, responder: null, rttMs: null, attempts: [] };
};

const classesOf = (present: readonly PresentContainer[]) => choose(present).choice.coverage(new Map()).classes;

describe('containers that are alike', () => {
  it('are those of one node and the same networks', () => {
    const elsewhere = container('w1', 'c');
    const onTwo = container('m1', 'd', {
      addresses: { web: { ip: '10.0.0.9', mac: '', gateway: '' }, db: { ip: '10.1.0.9', mac: '', gateway: '' } },
    });
    expect(classesOf([container('m1', 'a'), container('m1', 'b'), elsewhere, onTwo])).toEqual([
      ['m1/a', 'm1/b'],
      ['w1/c'],
      ['m1/d'],
    ]);
  });

  it('are not those that publish other ports, or stand in the namespace of another', () => {
    const published = container('m1', 'b', { published: ['0.0.0.0:8080->80/tcp'] });
    const alike = container('m1', 'c', { published: ['0.0.0.0:8081->80/tcp'] });
    const joined = ['d', 'e'].map((name, at) =>
      container('m1', name, { networkMode: at === 0 ? 'container:a' : 'container:b', sandboxKey: '', addresses: {} }),
    );
    expect(classesOf([container('m1', 'a'), published, alike, ...joined])).toEqual([
      ['m1/a'],
      ['m1/b', 'm1/c'],
      ['m1/d'],
      ['m1/e'],
    ]);
  });
});

describe('what is asked of them', () => {
  const many = ['m1', 'w1'].flatMap((node) => Array.from({ length: 30 }, (_, at) => container(node, `${node}c${at}`)));

  it('is one pair for each two classes, oneself apart, and some by lot', () => {
    const { questions, choice } = choose(many, [0.5]);
    const coverage = choice.coverage(new Map());
    // Two classes: four ways between them, and each to itself.
    expect(coverage).toMatchObject({ asked: 206, of: 3600, drawn: 200, wouldShow: 0.015 });
    const pairs = new Set(choice.questions.map(({ probe }) => `${probe.from} ${probe.to}`));
    expect(pairs.size).toBe(206);
    expect(choice.questions.length * 3600).toBe(questions.length * 206);
    for (const pair of ['m1/m1c0 m1/m1c0', 'm1/m1c0 m1/m1c1', 'm1/m1c0 w1/w1c0', 'w1/w1c0 w1/w1c0'])
      expect(pairs).toContain(pair);
  });

  it('is everything where there is little', () => {
    const { questions, choice } = choose(many.slice(0, 3));
    expect(choice.questions).toEqual(questions);
    expect(choice.coverage(new Map())).toMatchObject({ asked: 9, of: 9, wouldShow: 0 });
  });
});

it('says where members of the same classes differ, but not by what could not be measured or how it failed', () => {
  const { choice } = choose([container('m1', 'a'), container('m1', 'bb'), container('m1', 'ccc')]);
  const observe = (unlike: Observation['outcome'], others: Observation['outcome']) =>
    choice.coverage(
      new Map(
        choice.questions.map(({ probe, by }) => {
          const odd = probe.from === 'm1/ccc' && probe.to === 'm1/a' && by === 'ip' && probe.protocol === 'tcp';
          return [probe.id, seen(odd ? unlike : others)];
        }),
      ),
    ).uneven;
  expect(observe('reached', 'reached')).toEqual([]);
  expect(observe('not-measured', 'reached')).toEqual([]);
  expect(observe('timeout', 'unreachable')).toEqual([]);
  expect(observe('timeout', 'reached')).toEqual([
    { from: 'm1/a', to: 'm1/bb', by: 'ip', protocol: 'tcp', outcomes: ['reached', 'timeout'] },
  ]);
});
