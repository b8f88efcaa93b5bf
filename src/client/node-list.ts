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

/** More nodes than any cluster has: what is beyond is not learned. */
const MAX_LEARNED = 32;

/** Reads the text of a `!nodes|` notice, `n1 127.0.0.1:6666,n4 [::1]:6671`. What makes no sense in it, and where nobody can be reached, is left out. */
export function parseNodesNotice(text: string): readonly ClientNode[] {
  return text.split(',', MAX_LEARNED).flatMap((item) => {
    const [id, address, ...more] = item.trim().split(' ');
    if (id === undefined || id === '' || address === undefined || more.length > 0) return [];
    const [, bracketed, plain, digits = ''] = ADDRESS.exec(address) ?? [];
    const host = bracketed ?? plain;
    const port = Number(digits);
    return host === undefined || port < 1 || port > 65_535 ? [] : [{ id, host, port }];
  });
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
