import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import {
  admitToCluster,
  admitToFounding,
  bornInto,
  foundingStanding,
} from '../../../src/raft/driver/founding.ts';
import { foundingMember } from '../../../src/raft/driver/members-payload.ts';
import type { Greeting } from '../../../src/raft/driver/peer-network.ts';
import { addressesOf } from './support/node-lab.ts';

const [n1, n2, n3] = [nodeId('n1'), nodeId('n2'), nodeId('n3')];
const nodes = [n2, n1, n3];
const folderOf = (id: NodeId): string => `folder-of-${id}`;
const greeting = (from: NodeId, clusterId: string | null = null, folderId = folderOf(from)): Greeting => ({
  versions: { lowest: 1, highest: 1 },
  reads: { lowest: 1, highest: 1 },
  address: null,
  from,
  to: n1,
  folderId,
  clusterId,
});
const none: ReadonlyMap<NodeId, string> = new Map();
const self = (id: NodeId, of: readonly NodeId[] = nodes) => ({
  id,
  folderId: folderOf(id),
  formerFolderIds: [],
  nodes: of.map(addressesOf),
  joining: false,
  forgotCluster: false,
});
const greetings = (...all: Greeting[]): Map<NodeId, Greeting> => new Map(all.map((one) => [one.from, one]));
const members = {
  clusterId: 'c1',
  members: nodes.toSorted().map((id) => foundingMember(addressesOf(id), folderOf(id))),
  genesis: new Uint8Array(),
};

describe('the birth of a cluster', () => {
  it('waits for every configured node and says for which', () => {
    const standing = foundingStanding(self(n1), greetings(greeting(n3)), none);
    expect(standing).toEqual({ kind: 'wait', for: 'n2 (a first start needs all nodes: n2, n1, n3)' });
  });

  it('is the first node by name that founds, once all are present and empty', () => {
    expect(foundingStanding(self(n1), greetings(greeting(n2), greeting(n3)), none)).toEqual({
      kind: 'found',
      members: members.members,
    });
    expect(foundingStanding(self(n2), greetings(greeting(n1), greeting(n3)), none)).toEqual({
      kind: 'wait',
      for: 'n1 to found the cluster',
    });
  });

  it('does not happen again when two of three folders were emptied', () => {
    const standing = foundingStanding(self(n1), greetings(greeting(n2), greeting(n3, 'c1')), none);
    expect(standing.kind).toBe('wait');
    expect(standing.kind === 'wait' && standing.for).toContain('n3, part of a cluster that already lives');
  });

  it('is not waited for by a node that the others refuse: it says who refuses it, and why', () => {
    const refusals = new Map([[n2, 'n1 came with an empty data folder']]);
    expect(foundingStanding(self(n1), new Map(), refusals)).toEqual({
      kind: 'wait',
      for: 'n2 to take this node in, which says: n1 came with an empty data folder',
    });
  });

  it('of a single node needs nobody else', () => {
    expect(foundingStanding(self(n1, [n1]), new Map(), none)).toEqual({
      kind: 'found',
      members: [foundingMember(addressesOf(n1), folderOf(n1))],
    });
  });

  it('is not the business of a node that is to join a living one', () => {
    const joining = { ...self(n1), joining: true };
    const standing = foundingStanding(joining, greetings(greeting(n2), greeting(n3)), none);
    expect(standing).toEqual({ kind: 'wait', for: 'the cluster that it is to join to take it in' });
  });

  it('does not happen with a node that has forgotten a cluster: it neither founds one nor lets others do so with it', () => {
    const forgetful = { ...self(n1), forgotCluster: true };
    const standing = foundingStanding(forgetful, greetings(greeting(n2), greeting(n3)), none);
    expect(standing.kind === 'wait' && standing.for).toMatch(
      /^its cluster to take it in: what lay in the data folder of n1 was a cluster's and was set aside/,
    );
    const refusal = admitToFounding(forgetful, greeting(n2));
    expect(refusal.kind === 'refused' && refusal.why).toContain('what lay in the data folder of n1');
    expect(admitToFounding(forgetful, greeting(n2, 'c1')).kind, 'a living one').toBe('admitted');
  });

  it('includes a node only under the folder that was there', () => {
    expect(bornInto(self(n1), members)).toBe(true);
    expect(bornInto({ ...self(n1), folderId: 'emptied' }, members)).toBe(false);
  });
});

describe('a living cluster', () => {
  const why = (one: Greeting): string => {
    const admission = admitToCluster('c1', members.members, one);
    return admission.kind === 'refused' ? admission.why : 'admitted';
  };

  it('talks to its members, whatever their folders: what these are worth is for the core to say', () => {
    expect(why(greeting(n2, 'c1'))).toBe('admitted');
    expect(why(greeting(n2))).toBe('admitted');
    expect(why(greeting(n2, null, 'new'))).toBe('admitted');
    expect(why(greeting(n2, 'c1', 'other'))).toBe('admitted');
  });

  it('talks to whoever bears its identity: it may have joined, or been removed, without this node knowing', () => {
    expect(why(greeting(nodeId('n9'), 'c1'))).toBe('admitted');
  });

  it('refuses another cluster, and an empty stranger, and says which it is', () => {
    expect(why(greeting(n2, 'c2'))).toContain('n2 belongs to another cluster');
    expect(why(greeting(nodeId('n9')))).toContain('n9 is not a member of this cluster (n1, n2, n3)');
  });
});

describe('a node that is not born yet', () => {
  it('talks to its configured nodes and to any living cluster, and to no other empty node', () => {
    expect(admitToFounding(self(n1), greeting(n2)).kind).toBe('admitted');
    expect(admitToFounding(self(n1), greeting(nodeId('n9'), 'c1')).kind).toBe('admitted');
    expect(admitToFounding(self(n1), greeting(nodeId('n9'))).kind).toBe('refused');
  });
});
