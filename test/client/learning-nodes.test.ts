import { describe, expect, it } from 'vitest';
import { parseNodesNotice } from '../../src/client/node-list.ts';
import { NodeRotation } from '../../src/client/node-rotation.ts';
import { loggedIn } from './logged-in.ts';

const at = (port: number, id = `n${port}`) => ({ id, host: '127.0.0.1', port });
const rotation = (): NodeRotation =>
  new NodeRotation([at(1), at(2)], { minMs: 10, maxMs: 100, random: () => 0 });

describe('a notice of nodes', () => {
  it('is read, and what makes no sense in it is left out', () => {
    expect(
      parseNodesNotice('n1 127.0.0.1:6666,n4 [::1]:6671,,n5,n6 nowhere,n7 a:0,n8 a:1 b, n9 chat.example:1'),
    ).toEqual([
      { id: 'n1', host: '127.0.0.1', port: 6666 },
      { id: 'n4', host: '::1', port: 6671 },
      { id: 'n9', host: 'chat.example', port: 1 },
    ]);
  });
});

describe('a client that learns where the nodes are', () => {
  it('stays where it is, and tries the new ones too when that one fails', () => {
    const nodes = rotation();
    nodes.learn([at(1), at(4)]);
    const tried = [0, 1, 2].map(() => {
      const { port } = nodes.current;
      nodes.failed();
      return port;
    });
    expect(tried).toEqual([1, 4, 2]);
  });

  it('does not try one node twice because it has two names', () => {
    const nodes = rotation();
    nodes.learn([at(1, 'oslo'), at(2, 'lima')]);
    expect([
      nodes.current.id,
      nodes.failed(),
      nodes.current.id,
      nodes.failed() > 0,
      nodes.current.id,
    ]).toEqual(['oslo', 0, 'lima', true, 'oslo']);
  });

  it('knows a new leader by its name', () => {
    const nodes = rotation();
    nodes.learn([at(1), at(3), at(4)]);
    nodes.prefer('n4');
    nodes.failed();
    expect(nodes.current.port).toBe(4);
  });

  it('forgets nothing over an empty list', () => {
    const nodes = rotation();
    nodes.learn([]);
    nodes.failed();
    expect(nodes.current.port).toBe(2);
  });

  it('finds a cluster that was moved, node by node, to other addresses', () => {
    const client = loggedIn();
    client.wire!.connection.output = '!nodes|n4 127.0.0.1:4\n';
    client.deliverToClient();
    for (const node of ['n1', 'n2', 'n3']) client.down.add(node);
    client.handle({ kind: 'disconnected', attempt: client.wire!.attempt, why: 'it is gone' });
    const dialled = client.effects.flatMap((effect) => (effect.kind === 'connect' ? [effect.node.id] : []));
    expect(dialled).toContain('n4');
  });
});
