import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
const SOURCE = 'src/raft/core/raft.ts';

/** The project, without what runs the sources: only a bundle can answer. */
let project: string;

const run = (...args: string[]): { readonly status: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

const inProject = (file: string): string => join(project, file);
const bundles = (): readonly string[] =>
  readdirSync(inProject('dist')).filter((name) => statSync(inProject(join('dist', name))).isDirectory());

const expectTaken = (): void =>
  expect(run('bin/conclave.js', '--version')).toEqual({ status: 0, said: `${VERSION}\n` });

const expectNotTaken = (): void => {
  const { status, said } = run('bin/conclave.js', '--version');
  expect(status).not.toBe(0);
  expect(said).toContain('typescript.js');
};

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'conclave-bundle-'));
  for (const part of ['bin', 'src', 'package.json', 'cluster.config.json'])
    cpSync(join(ROOT, part), inProject(part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), inProject('node_modules'));
  rmSync(inProject('bin/typescript.js'));
  expect(run('bin/build.js')).toEqual({ status: 0, said: '' });
});

afterEach(() => rmSync(project, { recursive: true }));

it('the bundle is the program', () => {
  expectTaken();
  const schema: unknown = JSON.parse(run('bin/conclave.js', 'schema').said);
  expect(schema).toEqual(JSON.parse(readFileSync(join(ROOT, 'cluster.schema.json'), 'utf8')));
  // What comes with the program is found from there, too.
  expect(run('bin/conclave.js', 'status').said).toContain('n1');
});

it('the bundle is taken only as long as it is of these very sources', () => {
  const source = readFileSync(inProject(SOURCE));
  appendFileSync(inProject(SOURCE), '\n');
  expectNotTaken();
  rmSync(inProject(SOURCE));
  expectNotTaken();
  writeFileSync(inProject(SOURCE), source);
  expectTaken();
});

it('the bundle is taken only as long as it is whole', () => {
  const current = readFileSync(inProject('dist/current.json'));
  writeFileSync(inProject('dist/current.json'), '{"sources":');
  expectNotTaken();
  rmSync(inProject('dist/current.json'));
  expectNotTaken();
  writeFileSync(inProject('dist/current.json'), current);
  expectTaken();
  const [folder = ''] = bundles();
  const part = readdirSync(inProject(`dist/${folder}`)).find((name) => /^start-node.*\.js$/.test(name)) ?? '';
  truncateSync(inProject(`dist/${folder}/${part}`), 100);
  expectNotTaken();
  run('bin/build.js');
  expectTaken();
});

it('another one leaves the one before to whoever runs it, for an hour', () => {
  const [before = ''] = bundles();
  appendFileSync(inProject('src/cli/main.ts'), 'export const changed = true;\n');
  run('bin/build.js');
  expectTaken();
  expect(bundles()).toHaveLength(2);
  utimesSync(inProject(`dist/${before}`), 0, 0);
  run('bin/build.js');
  expectTaken();
  expect(bundles()).not.toContain(before);
});

it('an installation does not fail where none can be made', () => {
  rmSync(inProject('node_modules'));
  const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as {
    scripts: { prepare: string };
  };
  expect(spawnSync(scripts.prepare, { cwd: project, shell: true }).status).toBe(0);
  expect(run('bin/build.js').status).not.toBe(0);
});
