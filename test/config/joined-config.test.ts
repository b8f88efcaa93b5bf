import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  SettingsSchema,
  joinedFilePath,
  keepJoined,
  loadJoined,
  settingsOf,
} from '../../src/config/joined-config.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';

let dataDir: string;
const n4 = nodeId('n4');
const at = (port: number) => ({ host: '127.0.0.1', port });
const nodes = [
  { id: nodeId('n1'), peer: at(7001), client: at(6661), http: at(8001) },
  { id: n4, peer: at(7004), client: at(6664), http: { host: '::1', port: 8004 } },
];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'conclave-joined-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

describe('what a node that joined keeps', () => {
  it('is its configuration from then on', () => {
    const settings = SettingsSchema.parse({ timings: { tickMs: 5 }, openAccounts: 'everywhere' });
    const kept = keepJoined({ dataDir, self: n4, nodes, settings });
    expect(kept).toMatchObject({ nodes, origin: 'joined', dataDir, openAccounts: 'everywhere' });
    expect(kept.timings.tickMs).toBe(5);
    expect(loadJoined(dataDir, n4)).toEqual(kept);
    expect(settingsOf(kept)).toEqual(settings);
  });

  it('is nothing before it joined', () => {
    expect(loadJoined(dataDir, n4)).toBeNull();
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['{"nodes": []}', 'nodes in'],
    ['{"nodes": [{"id":"n4","peer":"x","client":"a:1","http":"a:2"}]}', 'nodes[0].peer in'],
  ])('and somebody spoiled (%s) is explained', (text, why) => {
    keepJoined({ dataDir, self: n4, nodes, settings: SettingsSchema.parse({}) });
    const file = joinedFilePath(dataDir, n4);
    writeFileSync(file, text);
    expect(() => loadJoined(dataDir, n4)).toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
