import type { Address } from '../config/address.ts';
import { formatAddress, isWildcardHost } from '../config/address.ts';
import type { NodeConfig } from '../config/cluster-config.ts';
import type { MemberAddresses } from '../raft/driver/members-payload.ts';

/**
 * Where the others and the clients reach a node, as its cluster's log is to have it. A listener on all interfaces is reached under the host under
 * which the other nodes reach this one; of one on any free port nobody can say where it is, so its address is empty.
 */
export function memberAddresses({ id, peer, client, http }: NodeConfig): MemberAddresses {
  return {
    id,
    peer: formatAddress(peer),
    client: reached(client, peer.host),
    http: reached(http, peer.host),
  };
}

function reached({ host, port }: Address, ownHost: string): string {
  if (port === 0) return '';
  return formatAddress({ host: isWildcardHost(host) ? ownHost : host, port });
}
