import type { Raft } from '../core/raft.ts';
import type { MembersPayload } from './members-payload.ts';
import { decodeMembers } from './members-payload.ts';

/** The membership that is in force at this core, with all that the driver knows of it: null where no entry has told yet. */
export class ClusterMembers {
  readonly #core: Raft;
  #payload: Uint8Array | null = null;
  #members: MembersPayload | null = null;

  constructor(core: Raft) {
    this.#core = core;
  }

  get inForce(): MembersPayload | null {
    const payload = payloadInForce(this.#core);
    if (payload !== this.#payload) {
      this.#payload = payload;
      this.#members = payload === null ? null : decodeMembers(payload);
    }
    return this.#members;
  }

  /** As it lies in the log, for others to read. */
  get payload(): Uint8Array | null {
    return payloadInForce(this.#core);
  }
}

/** The core says where it lies: in the log, or in the snapshot that stands for the log up to there. */
function payloadInForce({ membership, membershipIndex: index, log, snapshot }: Raft): Uint8Array | null {
  if (membership.members.length === 0) return null;
  const entry = index > log.baseIndex && index <= log.lastIndex ? log.entryAt(index) : null;
  return entry?.kind === 'members' ? entry.payload : (snapshot?.members ?? null);
}
