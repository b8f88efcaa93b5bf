import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../config/address.ts';
import type { ClusterConfig, NodeConfig } from '../../config/cluster-config.ts';
import type { NodeProcess } from '../up/node-process.ts';
import type { LocalCluster } from '../up/local-cluster.ts';
import type { Account } from './ledger.ts';
import { isClean, longestGap, settle } from './ledger.ts';
import { Reader } from './reader.ts';
import { Speaker } from './speaker.ts';

const READER = 'dora';
const SPEAKERS = ['ann', 'ben', 'cat'];
const TALK_BEFORE_MS = 2_000;
const TALK_AFTER_MS = 3_000;

export interface DemoStage {
  readonly config: ClusterConfig;
  readonly cluster: LocalCluster;
  /** Prints one sentence. */
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Plays the demo on a cluster that was not started yet: chat, death of the leader, chat, return, reckoning.
 * @returns whether no acknowledged message was lost or doubled.
 */
export async function runDemo({ config, cluster, say, signal }: DemoStage): Promise<boolean> {
  cluster.startAll();
  await failIfAnyEnds(cluster, cluster.untilReady(signal));
  const leader = await leaderOf(config, cluster);
  const pids = cluster.processes.map((process) => `${process.node} is process ${process.pid}`).join(', ');
  say(`Three nodes are up: ${pids}. ${leader.node} leads.`);

  const speakers = await gather(config);
  say(
    `${SPEAKERS.join(', ')} send messages to ${READER}, who is away, each over another node, as fast as they are acknowledged.`,
  );
  for (const speaker of speakers) speaker.startTalking();
  await sleep(TALK_BEFORE_MS, undefined, { signal });

  const before = acknowledgements(speakers);
  say(`${before} messages are acknowledged. Now the leader is killed: kill -9 ${leader.pid}.`);
  const killedAt = performance.now();
  leader.signal('SIGKILL');
  await leader.exited;
  await sleep(TALK_AFTER_MS, undefined, { signal });
  await Promise.all(speakers.map((speaker) => speaker.stopTalking()));
  const gap = longestGap(
    speakers.flatMap((speaker) => speaker.acknowledgedAt),
    killedAt,
  );
  const successor = (await cluster.verdict()).leader ?? 'nobody';
  say(
    `The chat stood still for ${Math.round(gap)} ms; then ${successor} led, and ${acknowledgements(speakers) - before} more messages were acknowledged.`,
  );

  cluster.start(nodeNamed(config, leader.node));
  await failIfAnyEnds(cluster, cluster.untilReady(signal));
  say(
    `${leader.node} is started again and has caught up. ${READER} comes back, over ${leader.node}, and reads everything.`,
  );
  const account = await reckon(speakers, addressesFrom(config, leader.node));
  for (const speaker of speakers) speaker.close();
  return tell(account, speakers, say);
}

/** Makes the accounts: the reader's, who then leaves, and one speaker for each node. */
async function gather(config: ClusterConfig): Promise<readonly Speaker[]> {
  const reader = new Reader(READER, addressesFrom(config));
  await reader.join();
  reader.close();
  const speakers = SPEAKERS.map(
    (name, place) => new Speaker(name, READER, addressesFrom(config, config.nodes[place]?.id)),
  );
  for (const speaker of speakers) await speaker.join();
  return speakers;
}

async function reckon(speakers: readonly Speaker[], nodes: readonly Address[]): Promise<Account> {
  const closing = new Speaker('the-end', READER, nodes);
  await closing.join();
  const last = await closing.sayOnce('that was all');
  closing.close();
  const reader = new Reader(READER, nodes);
  await reader.readUntil(last);
  reader.close();
  const all = (pick: (speaker: Speaker) => ReadonlySet<string>): ReadonlySet<string> =>
    new Set([last, ...speakers.flatMap((speaker) => [...pick(speaker)])]);
  return settle(
    all((speaker) => speaker.sent),
    all((speaker) => speaker.acknowledged),
    reader.received,
  );
}

function tell(account: Account, speakers: readonly Speaker[], say: (sentence: string) => void): boolean {
  const acknowledged = acknowledgements(speakers);
  const surprises = speakers.flatMap((speaker) => speaker.surprises);
  say(
    `${acknowledged} messages were acknowledged: ${account.lost.length} of them are lost, ${account.doubled.length} doubled.`,
  );
  for (const text of account.lost.slice(0, 5)) say(`lost: ${text}`);
  for (const text of account.doubled.slice(0, 5)) say(`doubled: ${text}`);
  for (const text of account.invented.slice(0, 5)) say(`received, but never sent: ${text}`);
  for (const answer of surprises.slice(0, 5)) say(`an answer that nobody expected: ${answer}`);
  return isClean(account) && surprises.length === 0;
}

function acknowledgements(speakers: readonly Speaker[]): number {
  return speakers.reduce((sum, speaker) => sum + speaker.acknowledged.size, 0);
}

async function leaderOf(config: ClusterConfig, cluster: LocalCluster): Promise<NodeProcess> {
  const { leader } = await cluster.verdict();
  const process = cluster.process(nodeNamed(config, leader ?? '').id);
  if (process === undefined) throw new Error('the leader is gone already');
  return process;
}

function nodeNamed(config: ClusterConfig, id: string): NodeConfig {
  const node = config.nodes.find((candidate) => candidate.id === id);
  if (node === undefined) throw new Error(`the cluster has no leader at the moment`);
  return node;
}

/** All client addresses, those of one node first. */
function addressesFrom(config: ClusterConfig, first?: string): readonly Address[] {
  const place = Math.max(
    0,
    config.nodes.findIndex((node) => node.id === first),
  );
  return [...config.nodes.slice(place), ...config.nodes.slice(0, place)].map((node) => node.client);
}

/** Waits, but not for a cluster of which a node has ended meanwhile. */
async function failIfAnyEnds<T>(cluster: LocalCluster, wait: Promise<T>): Promise<T> {
  const living = cluster.processes.filter((process) => !process.isOver);
  const ended = living.map(async (process) => {
    await process.exited;
    throw new Error(`${process.node} has ended: ${process.failure?.sentence ?? 'it did not say why'}`);
  });
  return Promise.race([wait, ...ended]);
}
