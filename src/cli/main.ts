import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { BenchOptions } from './bench.ts';
import { EXIT, explain } from './cli-error.ts';
import type { ClusterOptions } from './cluster/ask-cluster.ts';
import { programFile } from '../config/program-file.ts';
import { endProcess } from './end-process.ts';
import type { Release } from '../node/release.ts';
import type { NodeOptions } from './node.ts';
import type { StatusOptions } from './status.ts';

const CONFIG_OPTION = [
  '--config <file>',
  'the configuration; default: ./cluster.config.json, else the one that comes with the program',
] as const;

const ASK_OPTION = ['--ask <address>', 'the HTTP address of any node, instead of a configuration'] as const;

/**
 * Runs `conclave` with these arguments (those of the process, the first two included) and ends the process.
 * `release` plays another release of the program than this one.
 * Exit codes: 0 done; 1 failed, or for `status` not healthy; 2 cannot be done like this (usage, configuration, port).
 */
export async function main(argv: readonly string[], release?: Release): Promise<never> {
  // Whoever read what we print may go away first: that is no reason to fall over.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return endProcess(await run(argv, release));
}

/** The same without ending the process. Each command's code is loaded only when it is called. */
export async function run(argv: readonly string[], release?: Release): Promise<number> {
  let exitCode: number = EXIT.ok;
  const ends = async (command: Promise<number>): Promise<void> => {
    exitCode = await command;
  };
  try {
    await buildProgram(ends, release).parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    // Commander has printed its own sentence already; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
    const explanation = explain(error);
    process.stderr.write(`conclave: ${explanation.sentence}\n`);
    return explanation.exitCode;
  }
}

function buildProgram(ends: (command: Promise<number>) => Promise<void>, release?: Release): Command {
  const program = new Command('conclave')
    .description('A chat service that stays up when a machine dies, and needs nothing beside itself.')
    .version(ownVersion())
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(conclave --help tells more)');
  // Subcommands take over exitOverride from the program at the moment they are made.
  program
    .command('up')
    .description(
      'start all nodes of the configuration on this machine and show what they say; Ctrl-C stops them',
    )
    .option(...CONFIG_OPTION)
    .action(async (options: { config?: string }) => ends((await import('./up.ts')).upCommand(options)));
  program
    .command('node')
    .description('run one node in the foreground: on a machine of its own, or to bring a killed one back')
    .argument('<id>', 'the id of the node: one of the configuration, or one that joins or has joined')
    .option(...CONFIG_OPTION)
    .option('--pretty', 'readable log lines even if the output is no terminal')
    .option('--join <address>', 'join a living cluster: the HTTP address of any of its nodes')
    .option('--replace <id>', 'with --join: take the place of this node')
    .option('--peer <address>', 'with --join: host:port where the other nodes reach this one')
    .option('--client <address>', 'with --join: host:port where people and programs connect')
    .option('--http <address>', 'with --join: host:port of its HTTP')
    .option('--data <folder>', "the folder for the nodes' folders, instead of dataDir of the configuration")
    .action(async (id: string, options: NodeOptions) =>
      ends((await import('./node.ts')).nodeCommand(id, options, release)),
    );
  program
    .command('chat')
    .description(
      'talk, at a terminal or from a script: moves to another node when one dies, sends everything exactly once',
    )
    .option(...CONFIG_OPTION)
    .option('--nodes <addresses...>', 'client addresses to use instead of a configuration: host:port …')
    .option('--state <file>', 'keep there what is unanswered, so that a later run goes on with it')
    .action(async (options: { config?: string; nodes?: string[]; state?: string }) =>
      ends((await import('./chat.ts')).chatCommand(options)),
    );
  program
    .command('status')
    .description('ask every node how it is; exit code 0 if there is a leader that a majority follows')
    .option(...CONFIG_OPTION)
    .option(...ASK_OPTION)
    .option('--json', 'print everything that the nodes said, for programs')
    .action(async (options: StatusOptions) => ends((await import('./status.ts')).statusCommand(options)));
  addMembers(program, ends);
  program
    .command('transfer')
    .description(
      'hand leadership to a node, or to the first that has everything; nobody notices more than a pause',
    )
    .argument('[id]', 'the node that is to lead')
    .option(...CONFIG_OPTION)
    .option(...ASK_OPTION)
    .action(async (id: string | undefined, options: ClusterOptions) =>
      ends((await import('./transfer.ts')).transferCommand(id, options)),
    );
  program
    .command('upgrade')
    .description('write, from now on, the newest version that all nodes read; there is no way back')
    .option(...CONFIG_OPTION)
    .option(...ASK_OPTION)
    .action(async (options: ClusterOptions) => ends((await import('./upgrade.ts')).upgradeCommand(options)));
  program
    .command('demo')
    .description(
      'kill the leader of a cluster of its own under load, and prove that no acknowledged message is lost',
    )
    .action(async () => ends((await import('./demo.ts')).demoCommand()));
  program
    .command('bench')
    .description(
      'put a load on a running cluster: how many messages a second, and how long one takes; its accounts and messages stay',
    )
    .option(...CONFIG_OPTION)
    .option('--in-flight <n>', 'messages that are outstanding at any time', wholeNumber, 64)
    .option('--connections <n>', 'over so many connections', wholeNumber, 16)
    .option('--seconds <n>', 'how long', wholeNumber, 5)
    .option('--spread', 'connect to all nodes, not only to the leader')
    .option('--online', 'the recipients are there, and what they are pushed is timed too')
    .option('--json', 'print the figures for programs')
    .action(async (options: BenchOptions) => ends((await import('./bench.ts')).benchCommand(options)));
  program
    .command('schema', { hidden: true })
    .description('print the JSON Schema of the configuration')
    .action(async () => ends(Promise.resolve((await import('./schema.ts')).schemaCommand())));
  return program;
}

function addMembers(program: Command, ends: (command: Promise<number>) => Promise<void>): void {
  const members = program
    .command('members')
    .description('list who belongs to the cluster; add, remove, replace')
    .option(...CONFIG_OPTION)
    .option(...ASK_OPTION)
    .option('--json', 'print the list for programs');
  members
    .command('list', { isDefault: true })
    .description('list them; what happens if nothing is said')
    // What is no command of members comes here, too.
    .allowExcessArguments()
    .action(async (_options: unknown, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined)
        command.error(
          `error: unknown command 'members ${unknown}'; there are ${members.commands.map((one) => one.name()).join(', ')}`,
        );
      return ends((await import('./members.ts')).listMembers(command.optsWithGlobals()));
    });
  const withAddresses = (command: Command): Command =>
    command
      .requiredOption('--peer <address>', 'host:port where the other nodes reach it')
      .requiredOption('--client <address>', 'host:port where people and programs connect')
      .requiredOption('--http <address>', 'host:port of its HTTP');
  withAddresses(
    members
      .command('add')
      .description('take a node in: it learns what the others know, then it votes')
      .argument('<id>', 'the id of the new node'),
  ).action(async (id: string, _options: unknown, command: Command) =>
    ends((await import('./members.ts')).addMember(id, command.optsWithGlobals())),
  );
  members
    .command('remove')
    .description('remove a node for good')
    .argument('<id>', 'the id of the node')
    .action(async (id: string, _options: unknown, command: Command) =>
      ends((await import('./members.ts')).removeMember(id, command.optsWithGlobals())),
    );
  withAddresses(
    members
      .command('replace')
      .description('take a node in, and remove the other once the new one votes')
      .argument('<old>', 'the id of the node that goes')
      .argument('<new>', 'the id of the node that comes'),
  ).action(async (old: string, id: string, _options: unknown, command: Command) =>
    ends((await import('./members.ts')).replaceMember(old, id, command.optsWithGlobals())),
  );
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text))
    throw new InvalidArgumentError('It is a whole number from 1 to 9999999.');
  return Number(text);
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(programFile('package.json'), 'utf8')) as { version: string }).version;
}
