import type { SimCluster } from './sim-cluster.ts';
import type { SimNode } from './sim-node.ts';

/**
 * One step of a random schedule: a whole number, read modulo what is possible at that moment, so that every shortened
 * list of choices is still a legal run. Returns what happened, in words.
 */
export function takeStep(cluster: SimCluster, choice: number): string {
  const kind = choice % 100;
  const pick = Math.floor(choice / 100);
  if (kind < 40) return deliverOne(cluster, pick);
  if (kind < 58) return completeOne(cluster, pick);
  if (kind < 76) return tickOne(cluster, pick);
  if (kind < 84) return send(cluster, pick);
  if (kind < 87) return drop(cluster, pick);
  if (kind < 90) return repeat(cluster, pick);
  if (kind < 91) return crash(cluster, pick);
  if (kind < 92) return misfortune(cluster, pick);
  if (kind < 95) return restart(cluster, pick);
  if (kind < 97) return cutOrMend(cluster, pick);
  if (kind < 98) return pick % 4 === 0 ? administer(cluster, Math.floor(pick / 4)) : read(cluster, pick);
  if (kind < 99) return giveUp(cluster, pick);
  return transfer(cluster, pick);
}

const nodeAt = (cluster: SimCluster, pick: number): SimNode => cluster.nodes[pick % cluster.nodes.length]!;
const placeAt = (items: readonly unknown[], pick: number): number =>
  items.length === 0 ? -1 : pick % items.length;

function deliverOne(cluster: SimCluster, pick: number): string {
  // Mostly the oldest: a network that only ever shuffles elects nobody.
  const place = pick % 4 === 0 ? placeAt(cluster.network.inFlight, Math.floor(pick / 4)) : 0;
  const frame = cluster.network.inFlight[place];
  cluster.deliver(place);
  return frame === undefined
    ? 'nothing to deliver'
    : `${frame.from} to ${frame.to}: ${frame.bytes.length} bytes arrive`;
}

function drop(cluster: SimCluster, pick: number): string {
  const frame = cluster.network.take(placeAt(cluster.network.inFlight, pick));
  return frame === undefined
    ? 'nothing to lose'
    : `${frame.from} to ${frame.to}: ${frame.bytes.length} bytes are lost`;
}

function repeat(cluster: SimCluster, pick: number): string {
  cluster.network.repeat(placeAt(cluster.network.inFlight, pick));
  return 'a frame is repeated';
}

function completeOne(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  const place = placeAt(node.disk.pending, Math.floor(pick / 8));
  const operation = node.disk.pending[place];
  if (operation === undefined) return `${node.id}: the disk is idle`;
  node.completeDisk(place);
  return `${node.id}: a ${operation.kind} completes`;
}

function tickOne(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  node.tick();
  return `${node.id}: tick`;
}

function send(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  const taken = cluster.sendThrough(node);
  node.act();
  return taken ? `${node.id}: a message is sent` : `${node.id}: takes no message`;
}

function crash(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  if (!node.running) return `${node.id}: is down already`;
  node.kill(anyFate(pick));
  return `${node.id}: is killed`;
}

/** Its power fails in mid-batch, or its folder is emptied: never while that would leave too few that remember. */
function misfortune(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, Math.floor(pick / 2));
  if (pick % 2 === 0 && cluster.leader !== undefined && cluster.mayForget(node)) {
    node.empty();
    return `${node.id}: its folder is emptied`;
  }
  if (!node.running) return `${node.id}: is down already`;
  const forgetful = cluster.nodes.filter(
    ({ standing, isForgetful }) => standing === 'recovering' && isForgetful,
  );
  if (forgetful.some((other) => cluster.members.includes(other)) || cluster.leader === undefined)
    return crash(cluster, pick);
  node.crash(anyFate(pick));
  return `${node.id}: its power fails`;
}

/** Of each sector that was not synced, whether it stays. */
function anyFate(pick: number): () => boolean {
  let bits = Math.floor(pick / 8);
  return () => {
    bits = (Math.imul(bits, 1103515245) + 12345) >>> 0;
    return (bits >>> 16) % 2 === 0;
  };
}

function administer(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, Math.floor(pick / 2));
  if (pick % 2 === 0)
    return cluster.letIn(node) ? `${node.id}: is to be let in` : `${node.id}: is in, or nobody leads`;
  node.node?.administer({ kind: 'take-snapshot' }, () => undefined);
  node.act();
  return `${node.id}: is asked for a snapshot`;
}

function restart(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  if (node.running) return `${node.id}: runs already`;
  node.start();
  return `${node.id}: starts`;
}

function cutOrMend(cluster: SimCluster, pick: number): string {
  const from = nodeAt(cluster, pick);
  const to = nodeAt(cluster, Math.floor(pick / 8));
  if (from === to) {
    cluster.network.mendAll();
    return 'every link is mended';
  }
  cluster.network.cut(from.id, to.id);
  return `the link from ${from.id} to ${to.id} is cut`;
}

function read(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  node.node?.read();
  node.act();
  return `${node.id}: asks for a read`;
}

function giveUp(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  node.listener?.giveUp();
  return `${node.id}: takes back what has no number`;
}

function transfer(cluster: SimCluster, pick: number): string {
  const node = nodeAt(cluster, pick);
  node.node?.transfer(null);
  node.act();
  return `${node.id}: is asked to hand over`;
}
