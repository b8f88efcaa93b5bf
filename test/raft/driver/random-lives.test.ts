import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/raft/core/random.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { addressesOf, bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const settings = {
  ...LAB_SETTINGS,
  snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 3_000, trailingBytes: 500, windowBytes: 4_096 },
};
const STEPS = 60;
const textsOf = ({ notes }: LabNode): readonly string[] =>
  notes.bodies.map((one) => Buffer.from(one).toString());

/** Its folder remembers; one that was just emptied does not even know yet that it should. */
const isSound = ({ log, clusterId }: LabNode): boolean =>
  clusterId !== null && log.hardState.standing === 'voting';

/** A cluster that lives through what the seed draws: kills, lost frames, lost folders, snapshots, handing over. */
class RandomLife {
  readonly lab: NodeLab;
  readonly acknowledged = new Set<string>();
  readonly #random: { below(limit: number): number };
  readonly #waiting = new Map<LabNode, Map<number, string>>();
  #texts = 0;

  constructor(seed: number) {
    // In every third of them turns have no time for all that has come in.
    this.lab = bornLab(3, { settings, lookTakesMs: seed % 3 === 0 ? 3 : 0 });
    this.#random = seededRandom(seed);
  }

  step(): void {
    const { lab } = this;
    const one = lab.nodes[this.#random.below(lab.nodes.length)]!;
    const what = this.#random.below(12);
    if (what < 5) for (let n = this.#random.below(8); n >= 0; n -= 1) this.#submit(one);
    else if (what === 5) this.#kill(one);
    else if (what === 6 && !one.isUp) lab.start(one);
    else if (what === 7 && this.#othersAreSound(one)) this.#restart(one, { kind: 'emptied' });
    else if (what === 8 && this.#othersAreSound(one))
      this.#restart(one, { kind: 'suspect', lost: this.#random.below(6) });
    else if (what === 9 && one.isUp) one.node.administer({ kind: 'take-snapshot' }, () => undefined);
    else if (what === 10 && one.isUp) one.node.transfer(null);
    else if (what === 11 && this.#random.below(4) === 0) this.#powerCut();
    else if (what === 11) this.#replaceOne();
    const loss = this.#random.below(3) === 0 ? 30 : 0;
    lab.carries = () => this.#random.below(100) >= loss;
    lab.pass(1 + this.#random.below(15));
    this.#collect();
    this.#compare();
  }

  /** Everything comes back, and in a while all are alike. */
  heal(): boolean {
    const { lab } = this;
    lab.carries = () => true;
    for (const one of lab.nodes) if (!one.isUp) lab.start(one);
    const isWell = () =>
      this.members.length >= 3 &&
      lab.isSettledAmong(this.members) &&
      this.members.every(({ node }) => node.snapshot().standing === 'voting');
    const healed = lab.pass(1_500, isWell);
    this.#collect();
    return healed;
  }

  /** Who belongs to the cluster, as its leader knows; nobody without one. */
  get members(): readonly LabNode[] {
    const ids = this.lab.leader?.node.snapshot().members.map(({ id }) => id) ?? [];
    return this.lab.nodes.filter(({ id }) => ids.includes(id));
  }

  /** A new machine takes the place of one of them, dead or alive. */
  #replaceOne(): void {
    const { lab, members } = this;
    const old = members[this.#random.below(Math.max(1, members.length))];
    if (old === undefined || lab.nodes.length > 6 || !members.every(isSound)) return;
    const joining = lab.join(`n${lab.nodes.length + 1}`);
    lab.connectAll();
    const member = { ...addressesOf(joining.id), folderId: null };
    lab.leader?.node.administer({ kind: 'replace-member', old: old.id, member }, () => undefined);
  }

  #submit(one: LabNode): void {
    if (!one.isUp) return;
    const text = `text ${(this.#texts += 1)} `.padEnd(100, '.');
    const answer = one.node.submit(Buffer.from(text));
    if (answer.kind === 'refused') return;
    const waiting = this.#waiting.get(one) ?? new Map<number, string>();
    this.#waiting.set(one, waiting.set(answer.id, text));
  }

  /** Notes what was answered so far: that must last. */
  #collect(): void {
    for (const [one, waiting] of this.#waiting) {
      for (const id of one.notes.results.keys()) {
        const text = waiting.get(id);
        if (text !== undefined) this.acknowledged.add(text);
      }
    }
  }

  #compare(): void {
    const hashes = new Map<number, string>();
    for (const { node, id } of this.lab.running) {
      const { appliedIndex, stateHash } = node.snapshot();
      if (appliedIndex === 0) continue;
      expect(hashes.get(appliedIndex) ?? stateHash, `${id} at ${appliedIndex}`).toBe(stateHash);
      hashes.set(appliedIndex, stateHash);
    }
  }

  #kill(one: LabNode): void {
    if (!one.isUp) return;
    this.#collect();
    this.#waiting.delete(one);
    this.lab.kill(one);
  }

  #restart(one: LabNode, folder: Parameters<NodeLab['start']>[1]): void {
    this.#kill(one);
    this.lab.start(one, folder);
  }

  /** All at once lose power in mid-batch: nothing durable is gone, but none of them can know that. */
  #powerCut(): void {
    if (!this.lab.nodes.every(isSound)) return;
    for (const one of this.lab.nodes) this.#kill(one);
    for (const one of this.lab.nodes) this.lab.start(one, { kind: 'suspect', lost: 0 });
  }

  /** The promise is for one disk that lost something, and the others intact. */
  #othersAreSound(one: LabNode): boolean {
    return this.lab.nodes.every((other) => other === one || isSound(other));
  }
}

describe('a cluster that loses processes, frames and folders as a seed draws it', () => {
  // A longer hunt: LIVES=1000 LIVES_FROM=5000 npx vitest run test/raft/driver/random-lives.test.ts
  const from = Number(process.env['LIVES_FROM'] ?? 1);
  const count = Number(process.env['LIVES'] ?? 12);
  const seeds = Array.from({ length: count }, (_, n) => from + n);
  it.each(seeds)('loses nothing that was acknowledged, and does nothing twice: seed %i', (seed) => {
    const life = new RandomLife(seed);
    for (let n = 0; n < STEPS; n += 1) life.step();
    expect(life.heal(), 'all are well in the end').toBe(true);
    for (const one of life.members) {
      const texts = textsOf(one);
      expect(new Set(texts).size, `twice at ${one.id}`).toBe(texts.length);
      const there = new Set(texts);
      expect(
        [...life.acknowledged].filter((text) => !there.has(text)),
        `missing at ${one.id}`,
      ).toEqual([]);
    }
  });
});
