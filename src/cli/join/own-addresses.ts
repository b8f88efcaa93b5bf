import type { Address } from '../../config/address.ts';
import { parseAddress } from '../../config/address.ts';
import type { NodeConfig } from '../../config/cluster-config.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import { isLoopback } from '../../transport/http/admin-guard.ts';
import { CliError } from '../cli-error.ts';
import { findFreePorts } from '../free-ports.ts';

const ENDPOINTS = ['peer', 'client', 'http'] as const;

export type AddressOptions = Partial<Readonly<Record<(typeof ENDPOINTS)[number], string>>>;

/**
 * Where a node that joins will listen: as it was told, else as it was known before, else, if the whole cluster is on this machine, on free
 * ports of it.
 * @throws {CliError} if an address is none, or if one is missing that nobody can guess.
 */
export async function ownAddresses(
  self: NodeId,
  options: AddressOptions,
  known: NodeConfig | undefined,
  joined: Address,
): Promise<NodeConfig> {
  const [first, second, third] = await findFreePorts(ENDPOINTS.length);
  const free = { peer: first, client: second, http: third };
  const addressOf = (endpoint: (typeof ENDPOINTS)[number]): Address => {
    const text = options[endpoint];
    if (text !== undefined) return parsed(endpoint, text);
    if (known !== undefined) return known[endpoint];
    if (isLoopback(joined.host) || joined.host === 'localhost')
      return { host: '127.0.0.1', port: free[endpoint] ?? 0 };
    throw new CliError(
      `--${endpoint}: say where ${self} listens, as host:port that the others reach; the cluster is on other machines.`,
    );
  };
  return { id: self, peer: addressOf('peer'), client: addressOf('client'), http: addressOf('http') };
}

function parsed(endpoint: string, text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined && address.port > 0) return address;
  throw new CliError(`--${endpoint} ${text}: must be host:port with a port that is not 0.`);
}
