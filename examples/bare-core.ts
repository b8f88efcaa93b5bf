// The algorithm alone: three cores whose clock, network and disks are one list of inputs. They elect a leader, and commit a command.
// Run it: node --import tsx examples/bare-core.ts
import { NO_INDEX, NO_TERM, Raft, logIndex, nodeId, sealEntry, seededRandom, term } from 'conclave/raft';
import type { Effect, Input, Membership, NodeId } from 'conclave/raft';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a `members` entry holds is the driver's business; here it is JSON. */
const readMembership = (payload: Uint8Array): Membership => JSON.parse(decode(payload)) as Membership;

function newCore(id: NodeId, members: Membership, seed: number): Raft {
  // A cluster is born with one entry that says who its members are, on every disk, in term 1.
  const payload = encode(JSON.stringify(members));
  const birth = sealEntry(term(1), logIndex(1), { kind: 'members', clusterTimeMs: 0, payload });
  return new Raft({
    id,
    folderId: `folder of ${id}`,
    formerFolderIds: [],
    electionTicks: 10,
    heartbeatTicks: 2,
    random: seededRandom(seed),
    seal: sealEntry,
    readMembership,
    hardState: { term: term(1), votedFor: null, standing: 'voting' },
    // The first membership is there before anything is agreed on.
    settledMembersIndex: logIndex(1),
    snapshot: null,
    base: { index: NO_INDEX, term: NO_TERM },
    log: [birth],
    maxUncommittedBytes: 1_000_000,
    maxAppendBytes: 100_000,
    maxInflightBytes: 1_000_000,
  });
}

/** Has three cores agree on these commands; returns what each of them has committed, in order. */
export function agreeOn(commands: readonly string[]): readonly (readonly string[])[] {
  const ids = ['n1', 'n2', 'n3'].map(nodeId);
  const member = (id: NodeId) => ({ id, folderId: `folder of ${id}`, role: 'voter' as const });
  const cores = new Map(ids.map((id, place) => [id, newCore(id, { members: ids.map(member) }, place)]));
  const committed = new Map(ids.map((id) => [id, NO_INDEX]));
  const inputs: { readonly to: NodeId; readonly input: Input }[] = [];

  const carryOut = (id: NodeId, effect: Effect): void => {
    // Over a network a message may be late, lost, or come twice.
    if (effect.kind === 'send')
      inputs.push({ to: effect.to, input: { kind: 'receive', from: id, message: effect.message } });
    // On a disk this is where term, vote and entries are written, and synced before it is said that they are.
    if (effect.kind === 'persist')
      inputs.push({ to: id, input: { kind: 'persisted', ticket: effect.ticket } });
    if (effect.kind === 'commit') committed.set(id, effect.index);
  };
  const run = (): void => {
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift())
      for (const effect of cores.get(next.to)?.step(next.input) ?? []) carryOut(next.to, effect);
  };
  const tick = (): void => {
    for (const to of ids) inputs.push({ to, input: { kind: 'tick' } });
    run();
  };

  const leader = (): NodeId | undefined => ids.find((id) => cores.get(id)?.role === 'leader');
  while (leader() === undefined) tick();
  const proposals = commands.map((text) => ({
    kind: 'commands' as const,
    clusterTimeMs: 0,
    payload: encode(text),
  }));
  inputs.push({ to: leader() ?? nodeId('n1'), input: { kind: 'propose', proposals } });
  // The followers learn with the next heartbeat what is committed.
  for (let ticks = 0; ticks < 3; ticks += 1) tick();
  return ids.map((id) => {
    const log = cores.get(id)?.log;
    const all = log?.slice(log.firstIndex, committed.get(id) ?? NO_INDEX, Infinity) ?? [];
    return all.filter(({ kind }) => kind === 'commands').map(({ payload }) => decode(payload));
  });
}

if (process.argv[1] === import.meta.filename) console.log(agreeOn(['one', 'two']));
