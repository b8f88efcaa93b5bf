import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { decodeMembers, encodeMembers, foundingMember } from '../../../src/raft/driver/members-payload.ts';
import { openFolder } from '../../../src/raft/storage/open-folder.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import { SimDisk } from '../sim-disk.ts';
import { addressesOf } from '../world/addresses.ts';
import type { Stream } from '../world/dice.ts';

/** A term and a length that would win any election, if it were let in. */
const TERM = 1_000;
const ENTRIES = 200;

/** The files of a folder that is in order, of a node with this name, in a cluster that is not this one. */
export function foreignFolder(
  id: NodeId,
  nodes: readonly NodeId[],
  stream: Stream,
): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const disk = new SimDisk();
  const hexId = (): string => Buffer.from(stream.bytes(16)).toString('hex');
  const clusterId = hexId();
  const folder = openFolder({
    disk,
    nodeId: id,
    segmentBytes: 65_536,
    randomBytes: (count) => stream.bytes(count),
    readMembership: decodeMembers,
    configured: nodes,
    onAlarm: () => undefined,
    onFailure: () => undefined,
  });
  const { folderId, store } = folder;
  const members = nodes.map((node) => foundingMember(addressesOf(node), node === id ? folderId : hexId()));
  const payload = encodeMembers({ clusterId, members, genesis: new Uint8Array() });
  const entries: readonly Entry[] = Array.from({ length: ENTRIES }, (_, place) =>
    place === 0
      ? sealEntry(term(1), logIndex(1), { kind: 'members', clusterTimeMs: 0, payload })
      : sealEntry(term(TERM), logIndex(place + 1), {
          kind: 'noop',
          clusterTimeMs: 0,
          payload: new Uint8Array(),
        }),
  );
  folder.rememberCluster(clusterId);
  const hardState = { term: term(TERM), votedFor: null, standing: 'voting' } as const;
  store.append({ hardState, reset: null, truncateFrom: null, entries }, () => undefined);
  disk.completeAll();
  return disk.list().map((name) => [name, disk.readFile(name)] as const);
}
