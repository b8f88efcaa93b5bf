import type { NodeId } from '../../ordered-log/index.ts';

/** Two processes that run under one node's name, each with a data folder of its own. */
export interface Twins {
  readonly node: NodeId;
  readonly folderIds: readonly [string, string];
}

interface Sighting {
  present: string;
  before: string | null;
  /** How often one of the two came back after the other. */
  returns: number;
  atTick: number;
}

/** Once may be an old folder that was put back; twice, in a short time, is two processes. */
const RETURNS = 2;

/**
 * Notices when two processes run under one name: they push each other's connections out, and so come in by turns. An emptied folder never
 * does: the one before it does not come back.
 */
export class TwinWatch {
  readonly #patienceTicks: number;
  readonly #sightings = new Map<NodeId, Sighting>();
  #ticks = 0;

  /** `patienceTicks`: for how long after the last sign of two there are taken to be two. */
  constructor(patienceTicks: number) {
    this.#patienceTicks = patienceTicks;
  }

  tick(): void {
    this.#ticks += 1;
  }

  /** A peer has come with this folder. Says whether that shows, for the first time, that it is two. */
  cameWith(peer: NodeId, folderId: string): Twins | null {
    const sighting = this.#sightings.get(peer);
    if (sighting === undefined) {
      this.#sightings.set(peer, { present: folderId, before: null, returns: 0, atTick: this.#ticks });
      return null;
    }
    if (sighting.present === folderId) return null;
    const isReturn = sighting.before === folderId && this.#isRecent(sighting);
    sighting.returns = isReturn ? sighting.returns + 1 : 0;
    sighting.before = sighting.present;
    sighting.present = folderId;
    sighting.atTick = this.#ticks;
    return sighting.returns === RETURNS ? this.of(peer) : null;
  }

  /** The one that was turned away came again, and the other one is there. */
  stillTwo(peer: NodeId): void {
    const sighting = this.#sightings.get(peer);
    if (sighting !== undefined) sighting.atTick = this.#ticks;
  }

  /** The two that a peer is, as far as is known. */
  of(peer: NodeId): Twins | null {
    const sighting = this.#sightings.get(peer);
    if (sighting === undefined || sighting.before === null) return null;
    if (sighting.returns < RETURNS || !this.#isRecent(sighting)) return null;
    return { node: peer, folderIds: [sighting.present, sighting.before] };
  }

  get all(): readonly Twins[] {
    return [...this.#sightings.keys()].map((peer) => this.of(peer)).filter((twins) => twins !== null);
  }

  #isRecent({ atTick }: Sighting): boolean {
    return this.#ticks - atTick <= this.#patienceTicks;
  }
}

/**
 * Why the process with this folder is not talked to: it is one of two, and the cluster knows the other one's folder. Null if it is none, or
 * if the cluster knows neither: then whichever is taken in first is known from then on.
 */
export function whyTurnedAway(
  twins: Twins | null,
  folderId: string,
  known: string | undefined,
): string | null {
  if (twins === null || known === undefined || folderId === known) return null;
  if (!twins.folderIds.includes(known)) return null;
  return (
    `two processes run as ${twins.node}, and the cluster knows the data folder of the other one ` +
    `(${brief(known)}, not ${brief(folderId)}); stop the one that should not be there`
  );
}

/** For those who see both. */
export function twinWords({ node, folderIds }: Twins, known: string | undefined): string {
  const [one, other] = folderIds;
  const folders = (one === known ? [other, one] : [one, other]).map(brief);
  const whose = folderIds.some((id) => id === known) ? ', the one that the cluster knows' : '';
  return (
    `two processes run as ${node}, by turns, with the data folders ${folders.join(' and ')}${whose}: ` +
    `stop the one that should not be there, or give it a name of its own and add it`
  );
}

/** As much of a folder's identity as tells it from another; the whole stands in its identity.json. */
const brief = (folderId: string): string => `${folderId.slice(0, 8)}…`;
