import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** The project, without what runs the sources: only the bundle can answer. */
let project: string;

const run = (...args: string[]): { readonly status: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

const restored = (file: string, change: () => void, look: () => void): void => {
  const before = readFileSync(join(project, file));
  change();
  look();
  writeFileSync(join(project, file), before);
};

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'conclave-bundle-'));
  for (const part of ['bin', 'src', 'package.json', 'cluster.config.json'])
    cpSync(join(ROOT, part), join(project, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  rmSync(join(project, 'bin/typescript.js'));
  expect(run('bin/build.js')).toEqual({ status: 0, said: '' });
});

afterAll(() => rmSync(project, { recursive: true }));

it('the bundle is the program', () => {
  expect(run('bin/conclave.js', '--version')).toEqual({ status: 0, said: `${VERSION}\n` });
  const schema: unknown = JSON.parse(run('bin/conclave.js', 'schema').said);
  expect(schema).toEqual(JSON.parse(readFileSync(join(ROOT, 'cluster.schema.json'), 'utf8')));
  // What comes with the program is found from there, too.
  expect(run('bin/conclave.js', 'status').said).toContain('n1');
});

it('the bundle is taken only as long as it is of these very sources', () => {
  const isNotTaken = (): void => {
    const { status, said } = run('bin/conclave.js', '--version');
    expect(status).not.toBe(0);
    expect(said).toContain('typescript.js');
  };
  restored(
    'src/raft/core/raft.ts',
    () => appendFileSync(join(project, 'src/raft/core/raft.ts'), '\n'),
    isNotTaken,
  );
  restored('src/raft/core/raft.ts', () => rmSync(join(project, 'src/raft/core/raft.ts')), isNotTaken);
  restored('dist/made-of.json', () => rmSync(join(project, 'dist/made-of.json')), isNotTaken);
  restored(
    'dist/made-of.json',
    () => writeFileSync(join(project, 'dist/made-of.json'), '{"files":'),
    isNotTaken,
  );
  expect(run('bin/conclave.js', '--version').status).toBe(0);
});
