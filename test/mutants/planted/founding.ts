import type { Mutant } from '../mutant.ts';
import { plantedByUs } from '../mutant.ts';

/** Bugs of the birth of a cluster. */
export const foundingBugs: readonly Mutant[] = [
  {
    name: 'founded-without-all',
    origin: plantedByUs,
    breaks: 'A majority of empty folders founds a cluster: two emptied disks look like a first start.',
    file: 'src/raft/driver/founding.ts',
    find: '  if (missing.length > 0)\n',
    replace: '  if (missing.length > 1)\n',
  },
  {
    name: 'everybody-founds',
    origin: plantedByUs,
    breaks: 'Every node founds a cluster of its own.',
    file: 'src/raft/driver/founding.ts',
    find: '  if (founder !== self.id) return',
    replace: '  if (founder === undefined) return',
  },
  {
    name: 'born-before-durable',
    origin: plantedByUs,
    breaks: 'A node runs before the first entry of its log is on its disk.',
    file: 'src/raft/driver/cluster-node.ts',
    find: '    this.#parts.store.append({ hardState, reset: null, truncateFrom: null, entries }, () => {\n',
    replace:
      '    const run = (born: () => void): void => {\n      this.#parts.store.append({ hardState, reset: null, truncateFrom: null, entries }, () => undefined);\n      born();\n    };\n    run(() => {\n',
  },
];
