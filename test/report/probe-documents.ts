import type { Outcome } from '../../src/probe/types.ts';
import type { CellVerdict, ProbeDocument, ProbeResult } from '../../src/verdict/run-types.ts';
import { runDocument } from './run-documents.ts';

export interface ProbeOptions {
  /** `node/name`. */
  containers?: readonly string[];
  others?: readonly string[];
  /** What one protocol of one pair saw. */
  seen?: (from: string, to: string, by: 'ip' | 'name', protocol: string) => Outcome;
  lab?: string;
  image?: string;
}

/** The answer of `probe` for containers of one network: names and addresses. */
export function probeDocument(options: ProbeOptions = {}): ProbeDocument {
  const { containers = ['m1/web', 'm1/db', 'w1/web'], others = [], seen = () => 'reached', lab = 'default' } = options;
  const probes: ProbeResult[] = [];
  const matrix = (by: 'ip' | 'name') => {
    const cells: CellVerdict[] = [];
    for (const from of [...containers, ...others]) {
      for (const to of by === 'ip' ? [...containers, ...others] : containers) {
        const first = probes.length;
        for (const protocol of ['icmp', 'tcp', 'udp'] as const) {
          const outcome = seen(from, to, by, protocol);
          const detail = outcome === 'not-measured' ? 'the agent ended' : outcome === 'reached' ? '' : 'some detail';
          probes.push({
            ...{ from, to, by, protocol, outcome, detail },
            ...{ port: null, target: to, expected: null, address: null, verdict: null, rule: null, cause: null },
            ...{ responder: outcome === 'wrong-responder' ? 'm1/db' : null, rttMs: null, attempts: [] },
            reproduce:
              protocol === 'icmp'
                ? `swarmlab exec m1 docker exec ${from.slice(3)} ping -c 1 -W 1 ${to.slice(3)}`
                : null,
          });
        }
        const own = probes.slice(first);
        const telling = own.find(({ outcome }) => outcome !== 'reached') ?? own[0];
        const outcome = telling?.outcome ?? 'not-measured';
        const indexes = own.map((_one, index) => first + index);
        const detail = telling?.detail ?? '';
        cells.push({ from, to, expected: null, outcome, verdict: null, detail, line: null, probes: indexes });
      }
    }
    return { by, network: null, cells };
  };
  const { image = 'swarmlab/built-in:1' } = options;
  const { provider, engines } = runDocument([]);
  return {
    schema: 'swarmlab/probe@1',
    ...{ lab, provider, image, engines, network: null, from: null, to: null },
    containers: containers.map((id, index) => ({
      id,
      name: id.replace(/^.*\//, ''),
      node: id.replace(/\/.*$/, ''),
      addresses: id.endsWith('host') ? {} : { bridge: `10.128.0.${index + 2}` },
      networkMode: id.endsWith('host') ? 'host' : 'bridge',
      experiment: id.endsWith('db') ? 'user-bridge' : null,
    })),
    matrices: [matrix('name'), matrix('ip')].filter(({ cells }) => cells.length > 0),
    probes,
    notes: [],
    durationMs: 900,
  };
}
