import { describe, expect, it } from 'vitest';
import { KnownNodes } from '../../../src/transport/pipe/known-nodes.ts';

const n1 = { id: 'n1', client: '127.0.0.1:6666' };
const n4 = { id: 'n4', client: '[::1]:6671' };

describe('what clients are told about where the nodes are', () => {
  it('is nothing as long as the cluster consists of the nodes of the configuration', () => {
    const known = new KnownNodes([n1]);
    expect(known.change([n1])).toBe('nothing-new');
    expect(known.notice).toBeNull();
  });

  it('is every later list, even one that is the first again', () => {
    const known = new KnownNodes([n1]);
    expect(known.change([n1, n4])).toBe('news');
    expect(known.notice).toBe('!nodes|n1 127.0.0.1:6666,n4 [::1]:6671\n');
    expect(known.change([n1, n4])).toBe('nothing-new');
    expect(known.change([n1])).toBe('news');
    expect(known.notice).toBe('!nodes|n1 127.0.0.1:6666\n');
  });

  it('leaves out a node of which nobody has said where it is', () => {
    const known = new KnownNodes([n1]);
    expect(known.change([n1, { id: 'n5', client: '' }])).toBe('nothing-new');
  });
});
