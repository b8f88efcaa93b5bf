import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedState } from '../../src/client/saved-state.ts';
import { formatSavedState, parseSavedState } from '../../src/client/saved-state.ts';
import { readStateFile, writeStateFile } from '../../src/client/state-file.ts';

const state: SavedState = {
  version: 1,
  clientId: 'a'.repeat(32),
  nextNumber: 5,
  unanswered: [
    { number: 3, line: '3|wayne|hello' },
    { number: 4, line: '6|12' },
  ],
  waiting: ['2'],
  shown: [12],
  login: 'mason123',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-client-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the state file', () => {
  it('gives back what was written, for its owner only, and leaves nothing else behind', () => {
    const path = join(folder, 'state.json');
    writeStateFile(path, { ...state, login: null });
    writeStateFile(path, state);
    expect(readStateFile(path)).toEqual(state);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.json']);
    expect(readFileSync(path, 'utf8')).toBe(formatSavedState(state));
  });

  it('is none at first', () => {
    expect(readStateFile(join(folder, 'none.json'))).toBeNull();
  });

  it('is refused with a sentence that names it when it is something else', () => {
    const path = join(folder, 'state.json');
    writeFileSync(path, '{"version":2}');
    expect(() => readStateFile(path)).toThrow(path);
  });

  it('says so when it cannot be written', () => {
    expect(() => writeStateFile(join(folder, 'no', 'such', 'folder'), state)).toThrow(
      /cannot be written \(ENOENT\)/,
    );
  });
});

describe('a saved state', () => {
  it('is not taken if its numbers contradict each other', () => {
    const twice = { ...state, unanswered: [state.unanswered[0], state.unanswered[0]] };
    expect(parseSavedState(JSON.stringify(twice))).toBeUndefined();
    expect(parseSavedState(JSON.stringify({ ...state, nextNumber: 4 }))).toBeUndefined();
    expect(parseSavedState('not json')).toBeUndefined();
    expect(parseSavedState(JSON.stringify({ ...state, clientId: 'short' }))).toBeUndefined();
  });
});
