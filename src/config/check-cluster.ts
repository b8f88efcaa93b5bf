import type { Address } from './address.ts';
import { formatAddress, isWildcardHost, parseAddress } from './address.ts';
import type { ClusterFile } from './cluster-schema.ts';
import type { KeyPath } from './key-path.ts';
import { formatKeyPath } from './key-path.ts';

export interface Contradiction {
  readonly path: KeyPath;
  readonly what: string;
}

const ENDPOINTS = ['peer', 'client', 'http'] as const;

/** Finds the first place where the keys of a well-formed file contradict each other. */
export function findContradiction(file: ClusterFile): Contradiction | undefined {
  return (
    checkNodeCount(file) ??
    checkIds(file) ??
    checkPeerAddresses(file) ??
    checkPorts(file) ??
    checkTimings(file) ??
    checkLimits(file)
  );
}

function checkNodeCount(file: ClusterFile): Contradiction | undefined {
  if (file.nodes.length % 2 === 1) return undefined;
  return {
    path: ['nodes'],
    what: `must be a list of 1, 3, 5 or 7 nodes, not ${file.nodes.length}: an even number survives no more losses than one node less.`,
  };
}

function checkIds(file: ClusterFile): Contradiction | undefined {
  const seen = new Map<string, number>();
  for (const [place, node] of file.nodes.entries()) {
    const earlier = seen.get(node.id);
    if (earlier !== undefined) {
      return {
        path: ['nodes', place, 'id'],
        what: `"${node.id}" is the id of nodes[${earlier}] already; every node needs its own.`,
      };
    }
    seen.set(node.id, place);
  }
  return undefined;
}

function checkPeerAddresses(file: ClusterFile): Contradiction | undefined {
  for (const [place, node] of file.nodes.entries()) {
    const address = parseAddress(node.peer);
    if (address?.port === 0) {
      return {
        path: ['nodes', place, 'peer'],
        what: 'must name a port, not 0: the other nodes have to know it.',
      };
    }
    if (address !== undefined && isWildcardHost(address.host) && file.nodes.length > 1) {
      return {
        path: ['nodes', place, 'peer'],
        what: `must name the host under which the other nodes reach this one, not ${address.host}.`,
      };
    }
  }
  return undefined;
}

function checkPorts(file: ClusterFile): Contradiction | undefined {
  const taken: { readonly path: KeyPath; readonly address: Address }[] = [];
  for (const [place, node] of file.nodes.entries()) {
    for (const endpoint of ENDPOINTS) {
      const address = parseAddress(node[endpoint]);
      if (address === undefined || address.port === 0) continue;
      const path = ['nodes', place, endpoint];
      const clash = taken.find(
        (other) => other.address.port === address.port && sameHost(other.address.host, address.host),
      );
      if (clash !== undefined) {
        return {
          path,
          what: `${formatAddress(address)} is used by ${formatKeyPath(clash.path)} already; choose another port.`,
        };
      }
      taken.push({ path, address });
    }
  }
  return undefined;
}

/** Whether two listeners on these hosts would get in each other's way. */
function sameHost(one: string, other: string): boolean {
  const canonical = (host: string): string =>
    host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase();
  return isWildcardHost(one) || isWildcardHost(other) || canonical(one) === canonical(other);
}

function checkTimings(file: ClusterFile): Contradiction | undefined {
  const { tickMs, heartbeatMs, electionTimeoutMs, nodeSilenceMs } = file.timings;
  if (heartbeatMs < tickMs) {
    return {
      path: ['timings', 'heartbeatMs'],
      what: `must be at least one tick (timings.tickMs, ${tickMs}), not ${heartbeatMs}.`,
    };
  }
  if (electionTimeoutMs < 3 * heartbeatMs) {
    return {
      path: ['timings', 'electionTimeoutMs'],
      what: `must be at least three heartbeats (3 * timings.heartbeatMs, ${3 * heartbeatMs}), not ${electionTimeoutMs}.`,
    };
  }
  if (nodeSilenceMs < 2 * electionTimeoutMs) {
    return {
      path: ['timings', 'nodeSilenceMs'],
      what: `must be at least two election timeouts (2 * timings.electionTimeoutMs, ${2 * electionTimeoutMs}), not ${nodeSilenceMs}: an election is no death.`,
    };
  }
  return undefined;
}

/** What surrounds the largest entry in a frame, and the largest line in an entry. */
const FRAME_OVERHEAD_BYTES = 64 * 1_024;

/** A frame that a node may send must be one that the others may take: else it is sent again for ever. */
function checkLimits(file: ClusterFile): Contradiction | undefined {
  const { peerFrameBytes, appendBytes, lineBytes } = file.limits;
  const longest = Math.max(appendBytes, lineBytes) + FRAME_OVERHEAD_BYTES;
  if (peerFrameBytes >= longest) return undefined;
  return {
    path: ['limits', 'peerFrameBytes'],
    what: `must be at least ${longest}: limits.appendBytes (${appendBytes}) or limits.lineBytes (${lineBytes}), whichever is more, and ${FRAME_OVERHEAD_BYTES} for what surrounds it, not ${peerFrameBytes}.`,
  };
}
