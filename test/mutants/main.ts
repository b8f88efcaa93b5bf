import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Copies } from './copy-folder.ts';
import { Control, hunt } from './hunt.ts';
import type { HuntOptions } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './planted/index.ts';
import type { Hunted } from './table.ts';
import { markdownTable, plainTable, verdictLine } from './table.ts';

const HELP = `npm run mutants -- [--only NAME]... [--budget SECONDS] [--seed N] [--jobs N] [--markdown]

Plants known bugs in copies of the source, one at a time, and runs the simulator on each until it is caught; or, of a bug that a
test file holds, that file, which must fail.
  --only NAME       only this bug, or those whose name begins so; may be given more than once
  --budget SECONDS  how long to try each bug, in seconds of one core (default 180)
  --seed N          the first seed (default 1)
  --jobs N          how many bugs at a time (default: one a core)
  --markdown        print the table as Markdown
  --list            only say which bugs there are
Exit code 1 if one was not caught, 2 if there is none of that name.
`;
/** Of the processor: far longer than a run takes. */
const RUN_LIMIT_MS = 90_000;
const EXIT_INTERRUPTED = 130;
const EXIT_MISUSE = 2;

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      budget: { type: 'string', default: '180' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      markdown: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = (values.only ?? []).find((name) => !MUTANTS.some((mutant) => mutant.name.startsWith(name)));
  if (unknown !== undefined) {
    console.error(
      `There is no planted bug "${unknown}". Which ones there are says: npm run mutants -- --list`,
    );
    return EXIT_MISUSE;
  }
  const wanted = chosen(values.only ?? []);
  if (values.list) {
    for (const { name, breaks } of wanted) console.log(`${name}: ${breaks}`);
    return 0;
  }
  const options: HuntOptions = {
    firstSeed: Number(values.seed),
    budgetSeconds: Number(values.budget),
    runLimitMs: RUN_LIMIT_MS,
  };
  const hunted = await huntAll(wanted, options, Number(values.jobs));
  console.log(values.markdown ? markdownTable(hunted) : plainTable(hunted));
  const survivors = hunted.filter(({ verdict }) => verdict.kind === 'survived');
  if (survivors.length === 0) return 0;
  console.error(`Not caught: ${survivors.map(({ mutant }) => mutant.name).join(', ')}`);
  return 1;
}

/** Those that were asked for by name, or by how their names begin; all if none was. */
function chosen(only: readonly string[]): readonly Mutant[] {
  if (only.length === 0) return MUTANTS;
  return MUTANTS.filter(({ name }) => only.some((start) => name.startsWith(start)));
}

/** As many at a time as there are jobs, in the order of the list. */
async function huntAll(
  mutants: readonly Mutant[],
  options: HuntOptions,
  jobs: number,
): Promise<readonly Hunted[]> {
  const copies = new Copies();
  const control = new Control(copies);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      copies.remove();
      process.exit(EXIT_INTERRUPTED);
    });
  }
  const queue = [...mutants];
  const hunted = new Map<string, Hunted>();
  const worker = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const one = { mutant, verdict: await hunt(mutant, copies, control, options) };
      hunted.set(mutant.name, one);
      console.error(verdictLine(one));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  await control.stop();
  copies.remove();
  return mutants.flatMap(({ name }) => hunted.get(name) ?? []);
}
