import type { ClientNode } from './node-address.ts';

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/;

/**
 * Reads `host:port` addresses, as they are typed on a command line. The nodes are named by their addresses.
 * @throws {RangeError} naming the one that is none, or if there are none.
 */
export function parseNodeList(addresses: readonly string[]): readonly ClientNode[] {
  const nodes = addresses
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(parseNode);
  if (nodes.length === 0) throw new RangeError('Name at least one node, as in 127.0.0.1:6666.');
  return nodes;
}

function parseNode(text: string): ClientNode {
  const [, bracketed, plain, digits = ''] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RangeError(`${text} is no address of a node: it must be host:port, as in 127.0.0.1:6666.`);
  }
  return { id: text, host, port };
}
