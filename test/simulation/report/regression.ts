import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawPlan } from '../faults/draw-plan.ts';
import type { Plan } from '../faults/plan.ts';
import { CALM } from '../world/peer-mesh.ts';
import type { WorldSettings } from '../world/settings.ts';
import type { Outcome } from '../run.ts';

export const REGRESSIONS = join(dirname(fileURLToPath(import.meta.url)), '..', 'regressions');

/** A failure that was found once, to be replayed for ever. */
export interface Regression {
  /** What broke when it was found, for people. */
  readonly invariant: string;
  readonly what: string;
  /** Of which bug it was the proof, and what became of it. */
  readonly note?: string;
  readonly plan: Plan;
}

/** Saves a failure as a file that a person can read, and that the tests replay if it lies in `REGRESSIONS`. Returns its path. */
export function saveRegression({ plan, failure }: Outcome, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const name = `${(failure?.invariant ?? 'unknown').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${plan.seed}.json`;
  const regression: Regression = {
    invariant: failure?.invariant ?? '',
    what: failure?.what.split('\n')[0] ?? '',
    plan,
  };
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(regression, null, 2)}\n`);
  return path;
}

/** Throws if the file is not there or is not JSON. */
export function readRegression(path: string): Regression {
  const regression = JSON.parse(readFileSync(path, 'utf8')) as Regression;
  return { ...regression, plan: completed(regression.plan) };
}

/** What the file has is taken as it is. A trouble that was invented since is absent; a setting that was is drawn. */
function completed(saved: Plan): Plan {
  const { seed, nodes, steps } = saved;
  const drawn = drawPlan(seed, { nodes: nodes === 1 || nodes === 3 ? nodes : 5, steps, budget: 'within' });
  return {
    ...drawn,
    ...saved,
    spares: partOf(saved, 'spares') ?? 0,
    weather: { ...CALM, ...saved.weather },
    settings: completedSettings(saved.settings, drawn.settings),
  };
}

function completedSettings(saved: WorldSettings, drawn: WorldSettings): WorldSettings {
  return {
    ...drawn,
    ...saved,
    raft: {
      ...drawn.raft,
      ...saved.raft,
      submitter: { ...drawn.raft.submitter, ...saved.raft.submitter },
      // A run that was saved before there were snapshots has none.
      snapshots: { ...drawn.raft.snapshots, everyLogBytes: NEVER, ...partOf(saved.raft, 'snapshots') },
    },
    pipe: { ...drawn.pipe, ...saved.pipe },
    client: { ...drawn.client, ...saved.client },
    chat: { ...drawn.chat, ...saved.chat },
  };
}

/** A part of the settings that a file may have been saved without. */
const partOf = <Settings, Part extends keyof Settings>(
  saved: Settings,
  part: Part,
): Settings[Part] | undefined => saved[part];

/** Bytes of log that no run comes to. */
const NEVER = 1_000_000_000;
