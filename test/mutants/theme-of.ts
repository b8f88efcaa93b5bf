import type { Mutant } from './mutant.ts';

/** In which theme of the simulator the trouble lies that a bug needs. It is looked for in such runs alone; all others in any run. */
const BUGS_OF_THEME: Readonly<Record<string, readonly string[]>> = {
  overtaken: [
    'conflicting-tail-kept-at-start',
    'reset-not-written-at-start',
    'install-keeps-conflicting-tail',
  ],
  'left behind': ['install-older-snapshot-rewinds', 'own-command-behind-the-jump-lost'],
  'dies over snapshots': [
    'snapshot-offset-not-reset',
    'snapshot-given-up-for-ever',
    'previous-snapshot-removed-first',
    'own-snapshot-removed-first',
    'uncovered-segments-dropped',
  ],
  quiet: ['cluster-time-dropped-with-the-log', 'restored-connections-not-looked-at'],
  'members come and go': [
    'config-not-rolled-back',
    'restart-forgets-uncommitted-config',
    'learner-counted',
    'learner-acceptance-counted',
    'learner-refuses-to-vote',
    'learner-campaigns',
    'removed-leader-counts-itself',
    'new-member-sent-nothing',
    'replaced-never-removed',
    'change-before-own-term-commit',
  ],
  'disks that forget': [
    'standing-told-before-durable',
    'folder-id-kept-after-damage',
    'segments-behind-damage-deleted',
    'standing-not-durable',
    'emptied-node-votes',
    'always-vouched',
    'doubt-cleared-too-early',
    'cut-not-made',
    'doubt-forgives-the-standing',
    'lost-mark-not-noticed',
    'snapshot-not-verified',
    'lost-log-starts-empty',
  ],
  'the power of all': ['unanimity-of-a-majority', 'own-folder-not-readmitted'],
  suspected: ['hint-never-cleared'],
  'last words': ['hint-forgets-the-log'],
  'turns too short': ['frozen-mailbox-grows', 'inputs-left-over-forgotten'],
  contested: [
    'vote-ignores-term-of-log',
    'vote-refuses-either',
    'votes-counted-twice',
    'stale-vote-counted',
    'commit-past-verified-prefix',
    'hard-state-of-turn-lost',
    'truncation-not-written',
    'replay-ignores-truncation',
  ],
  'power cuts': ['append-behind-torn-tail', 'segment-header-not-synced', 'earlier-incarnation-taken'],
  'restless people': [
    'password-of-an-earlier-account',
    'pushes-held-back-for-ever',
    'mail-put-back-out-of-order',
  ],
  'late disks': ['storage-ack-aba', 'pre-vote-promised-before-the-leader'],
  'absent successors': ['transfer-never-ends'],
  'disks mixed up': ['log-of-another-folder'],
  alone: ['damage-taken-for-torn-tail'],
  'grown from one': ['repaired-by-configuration'],
  upgraded: [
    'version-raised-without-the-absent',
    'version-raised-without-all',
    'versions-not-in-snapshot',
    'behaviour-not-in-snapshot',
    'installed-versions-not-taken',
  ],
  'no room': ['full-disk-takes-commands', 'room-never-found-again', 'nothing-kept-for-votes'],
};

const THEMES = new Map(
  Object.entries(BUGS_OF_THEME).flatMap(([theme, bugs]) => bugs.map((bug) => [bug, theme] as const)),
);

/** The bugs that are looked for in runs of one theme. */
export const THEMED_BUGS: readonly string[] = [...THEMES.keys()];

/** Null: in any run. */
export const themeOf = ({ name }: Mutant): string | null => THEMES.get(name) ?? null;
