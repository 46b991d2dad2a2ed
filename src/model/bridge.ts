import type { Question } from '../experiment/question.ts';
import { amongContainers, closesDirectRouting, isRoutedIn, sameEngine, targetNode } from './aspects.ts';
import type { Circumstances, Rules } from './expectation.ts';

const bridgeDocs = 'https://docs.docker.com/engine/network/drivers/bridge/';
const filterDocs = 'https://docs.docker.com/engine/network/packet-filtering-firewalls/';

function routedByIp(question: Question): boolean {
  return question.by === 'ip' && isRoutedIn(question);
}

function lets(question: Question, circumstances: Circumstances): boolean {
  return targetNode(question, circumstances)?.forwardPolicy === 'ACCEPT';
}

/** The default bridge, user-defined bridges, and containers that share the namespace of one on a bridge. */
export const bridgeRules: Rules = [
  {
    id: 'bridge.default.no-dns',
    expected: 'no-name',
    sentence:
      'the default bridge has no DNS of its own: containers on it are not known by name, not even to themselves',
    reference: `${bridgeDocs}#differences-between-user-defined-bridges-and-the-default-bridge`,
    applies: (question) => question.driver === 'bridge-default' && question.by === 'name' && amongContainers(question),
  },
  {
    id: 'bridge.embedded-dns',
    expected: 'reached',
    sentence: "the engine's embedded DNS server knows the names of the containers that the engine has on this network",
    reference: 'https://docs.docker.com/engine/network/#dns-services',
    applies: (question) => question.by === 'name' && sameEngine(question),
  },
  {
    id: 'bridge.names-stay-on-the-node',
    expected: 'no-name',
    sentence:
      'a bridge has local scope: a network of the same name on another node is another network, with names of its own',
    reference: bridgeDocs,
    applies: (question) => question.by === 'name' && question.ring === 'peer',
  },
  {
    id: 'bridge.same-segment',
    expected: 'reached',
    sentence: 'containers on one bridge are neighbours on one segment',
    reference: bridgeDocs,
    applies: (question) => sameEngine(question),
  },
  {
    id: 'bridge.own-node',
    expected: 'reached',
    sentence:
      'the node has an address on the bridge, so it and its containers reach each other without any filter of forwarding',
    reference: bridgeDocs,
    applies: (question) => question.ring === 'node',
  },
  {
    id: 'bridge.direct-routing-closed',
    expected: 'not-reached',
    sentence:
      'since engine 28 packets that are routed from outside to a container on a bridge are dropped, whatever the FORWARD policy',
    reference: 'https://github.com/moby/moby/pull/48724',
    applies: (question, circumstances) =>
      routedByIp(question) && closesDirectRouting(targetNode(question, circumstances)),
  },
  {
    id: 'bridge.forward-accept',
    expected: 'reached',
    sentence: 'with FORWARD at ACCEPT, engines before 28 let whoever has a route reach containers that publish nothing',
    reference: 'https://github.com/moby/moby/pull/48724',
    applies: (question, circumstances) => routedByIp(question) && lets(question, circumstances),
  },
  {
    id: 'bridge.forward-drop',
    expected: 'not-reached',
    sentence: 'with FORWARD at DROP, only published ports are let through to containers from outside the node',
    reference: filterDocs,
    applies: (question) => routedByIp(question),
  },
  {
    id: 'bridge.masquerade',
    expected: 'reached',
    sentence: "what leaves a bridge takes the node's address, so any machine that the node reaches can answer",
    reference: filterDocs,
    applies: () => true,
  },
];
