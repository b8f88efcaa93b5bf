import { z } from 'zod';
import { ADDRESS_PATTERN, isWildcardHost, parseAddress } from '../../config/address.ts';
import { NODE_ID_PATTERN } from '../../config/cluster-schema.ts';
import { nodeId } from '../../ordered-log/ids.ts';

/** The name of a node in a body or a path. */
export const NodeName = z
  .string({ error: 'must be the id of a node' })
  .regex(NODE_ID_PATTERN, { error: 'must be the id of a node: 1 to 16 of a-z, 0-9 and -' })
  .transform(nodeId);

const addressError = 'must be host:port, such as "192.0.2.14:7001"';
const address = z
  .string({ error: addressError })
  .regex(ADDRESS_PATTERN, { error: addressError })
  .refine((text) => (parseAddress(text)?.port ?? 0) > 0, {
    error: 'must be host:port with a port that is not 0',
  });

/** As in a configuration of more than one node. */
const peerAddress = address.refine((text) => !isWildcardHost(parseAddress(text)?.host ?? ''), {
  error: 'must name the host under which the other nodes reach this one, not every address of a machine',
});

/** A node to be added. `folderId` is sent by a node that joins by itself; without it the node says so when it comes. */
export const NewMemberBody = z.strictObject({
  id: NodeName,
  peer: peerAddress,
  client: address,
  http: address,
  folderId: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: 'must be 32 hex digits' })
    .nullable()
    .default(null),
});

/** To the named node; without one, to the first that has everything. */
export const TransferBody = z.strictObject({ to: NodeName.nullable().default(null) });

export const NothingBody = z.strictObject({});

/** Where and how a body is wrong, in one line. */
export function explainBody(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}
