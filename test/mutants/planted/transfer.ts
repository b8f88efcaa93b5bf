import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of handing leadership over (dissertation §3.10). */
export const transferBugs: readonly Mutant[] = [
  {
    name: 'transfer-keeps-accepting',
    origin: shippedBy('hashicorp/raft', '#581'),
    breaks: 'A leader that hands over takes proposals: its successor never catches up under load.',
    file: 'src/raft/core/replication-leader.ts',
    find: '  } else if (role.transfer !== null) {\n',
    replace: '  } else if (role.transfer !== null && role.term < 0) {\n',
  },
  {
    name: 'transfer-never-ends',
    origin: shippedBy('openraft', '#2088'),
    breaks: 'A leader whose successor is lost refuses proposals for ever.',
    file: 'src/raft/core/transfer.ts',
    find: 'if (role.transfer.elapsedTicks >= state.options.electionTicks) role.transfer = null;',
    replace: 'if (role.transfer.elapsedTicks >= state.options.electionTicks * 1e9) role.transfer = null;',
  },
  {
    name: 'transfer-to-the-outdated',
    origin: knownFrom('etcd, test LeaderTransferToSlowFollower'),
    breaks: 'The successor is told to campaign before it has everything: it cannot win.',
    file: 'src/raft/core/transfer.ts',
    find: '  if (!hasEverything(transfer.target)) return;\n',
    replace: '',
  },
  {
    name: 'transfer-to-a-second',
    origin: plantedByUs,
    breaks: 'Another that has everything later is told to campaign too: the two split the votes.',
    file: 'src/raft/core/transfer.ts',
    find: '  if (transfer.wished === null && !hasEverything(transfer.target))\n',
    replace: '  if (transfer.wished === null)\n',
    heldBy: 'test/raft/core/transfer.test.ts',
  },
  {
    name: 'useless-to-the-useless',
    origin: plantedByUs,
    breaks:
      'Two nodes that load their snapshots give leadership to each other, and never to the third, which is ready.',
    file: 'src/raft/driver/leadership.ts',
    find: ' || next.indexOf(a.id) - next.indexOf(b.id)',
    replace: '',
    heldBy: 'test/raft/driver/loading.test.ts',
  },
];
