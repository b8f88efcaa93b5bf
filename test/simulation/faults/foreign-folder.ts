import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { encodeMembers } from '../../../src/raft/driver/payloads.ts';
import { writeIdentity } from '../../../src/raft/storage/identity.ts';
import { openLog } from '../../../src/raft/storage/open-log.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import { SimDisk } from '../sim-disk.ts';
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
  const [clusterId, folderId] = [hexId(), hexId()];
  const members = nodes.map((node) => ({ id: node, folderId: node === id ? folderId : hexId() }));
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
  writeIdentity(disk, { nodeId: id, folderId, clusterId });
  const { store } = openLog({
    disk,
    folderId,
    segmentBytes: 65_536,
    randomBytes: (count) => stream.bytes(count),
    onAlarm: () => undefined,
    onFailure: () => undefined,
  });
  const hardState = { term: term(TERM), votedFor: null };
  store.append({ hardState, truncateFrom: null, entries }, () => undefined);
  disk.completeAll();
  return disk.list().map((name) => [name, disk.readFile(name)] as const);
}
