import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { NodeHost } from './node-host.ts';

/** Somebody asks a node to hand over, to this one or to whoever has everything first. */
export function handOver(host: NodeHost, to: NodeId | null = null): void {
  host.act(({ node }) => node.transfer(to));
}
