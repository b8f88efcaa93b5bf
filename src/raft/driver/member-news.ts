import type { NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { ClusterMembers } from './cluster-members.ts';
import type { CoreRunner } from './core-runner.ts';
import type { ClusterNews } from './frames.ts';
import type { MembersPayload } from './members-payload.ts';
import { decodeMembers } from './members-payload.ts';
import type { ReplicaParts } from './replica-parts.ts';

/** Who belongs to the cluster, told to those who need to know: the network, the observer, and whoever is no member any more. */
export class MemberNews<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #runner: CoreRunner;
  readonly #members: ClusterMembers;
  /** As last told to the observer: committed. */
  #told: MembersPayload | null = null;
  /** A peer's word, of later than what this node's own log says. */
  #heard: { readonly commitIndex: number; readonly members: MembersPayload } | null = null;
  /** Removed members, who are still to hear so, and for how many ticks more. */
  readonly #leaving = new Map<NodeId, { readonly address: string; ticks: number }>();

  constructor(parts: ReplicaParts<Result>, runner: CoreRunner, members: ClusterMembers) {
    this.#parts = parts;
    this.#runner = runner;
    this.#members = members;
    this.#told = members.inForce;
    this.#tellNetwork();
  }

  /** This node is not among the members, as far as it or a peer that is further ahead knows. */
  get isRemoved(): boolean {
    const { core, id } = this.#parts;
    const latest = this.#heardLater ?? (core.membershipCommitted ? this.#members.inForce : null);
    return latest !== null && latest.members.every((member) => member.id !== id);
  }

  /** Another membership is in force at this core, or is committed now. */
  changed(committed: boolean): void {
    this.#keepLeaving();
    this.#tellNetwork();
    const members = this.#members.inForce;
    if (!committed || members === null) return;
    this.#tellChanges(this.#told, members);
    this.#told = members;
  }

  /** A peer that is reached, and is no member, cannot learn from the log that it is none. */
  greet(peer: NodeId): void {
    const { core } = this.#parts;
    const { payload, inForce } = this.#members;
    if (payload === null || inForce === null || !core.membershipCommitted) return;
    if (inForce.members.some(({ id }) => id === peer)) return;
    this.#runner.send(peer, {
      kind: 'cluster',
      news: { commitIndex: core.commitIndex, members: payload },
    });
  }

  heard(from: NodeId, { commitIndex, members }: ClusterNews): void {
    const { core, observer } = this.#parts;
    if (commitIndex <= core.commitIndex) return;
    try {
      const heard = decodeMembers(members);
      const ours = this.#members.inForce;
      if (ours !== null && ours.clusterId !== heard.clusterId) return;
      this.#heard = { commitIndex, members: heard };
      this.#tellNetwork();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      observer({ kind: 'bad-frame', from, why: error.message });
    }
  }

  /** What was heard, as long as this node's own log does not reach so far. */
  get #heardLater(): MembersPayload | null {
    const heard = this.#heard;
    return heard !== null && heard.commitIndex > this.#parts.core.commitIndex ? heard.members : null;
  }

  tick(): void {
    for (const [id, leaving] of this.#leaving) {
      leaving.ticks -= 1;
      if (leaving.ticks > 0 || this.#parts.core.peers.some((peer) => peer.id === id)) continue;
      this.#leaving.delete(id);
      this.#tellNetwork();
    }
  }

  #tellNetwork(): void {
    const { id: self, network } = this.#parts;
    const members = (this.#heardLater ?? this.#members.inForce)?.members ?? [];
    const peers = new Map([...this.#leaving].map(([id, { address }]) => [id, address]));
    for (const { id, peer } of members) if (id !== self && peer !== '') peers.set(id, peer);
    // A cluster of one has none either; but without any address the network's own list is the better one.
    if (peers.size > 0 || members.length === 1)
      network.setPeers([...peers].map(([id, address]) => ({ id, address })));
  }

  /** Whoever is left out now is kept in touch with for a while. */
  #keepLeaving(): void {
    const now = this.#members.inForce?.members ?? [];
    const ticks = 2 * this.#parts.timings.electionTicks;
    for (const { id, peer } of this.#told?.members ?? []) {
      if (id === this.#parts.id || peer === '' || now.some((member) => member.id === id)) continue;
      this.#leaving.set(id, { address: peer, ticks });
    }
    for (const { id } of now) this.#leaving.delete(id);
  }

  #tellChanges(before: MembersPayload | null, now: MembersPayload): void {
    if (before === null) return;
    const { observer } = this.#parts;
    const roleBefore = new Map(before.members.map(({ id, role }) => [id, role]));
    for (const { id, role } of now.members) {
      const was = roleBefore.get(id);
      if (was === undefined) observer({ kind: 'member-added', node: id });
      else if (was === 'learner' && role === 'voter') observer({ kind: 'member-promoted', node: id });
    }
    for (const id of roleBefore.keys()) {
      if (now.members.some((member) => member.id === id)) continue;
      observer({ kind: 'member-removed', node: id });
      this.greet(id);
    }
  }
}
