import { describe, expect, it } from 'vitest';
import { configArgument, shellPath, shellQuote } from '../../src/cli/shell-words.ts';
import { resolveConfig } from '../../src/config/load-config.ts';
import { soundFile } from '../config/config-files.ts';

describe('words for a shell', () => {
  it.each([
    ['n1', 'n1'],
    ['./a b', "'./a b'"],
    ["it's", "'it'\\''s'"],
    ['', "''"],
    ['$(rm)', "'$(rm)'"],
  ])('%j is typed as %s', (word, typed) => {
    expect(shellQuote(word)).toBe(typed);
  });

  it.each([
    ['/home/ann/chat/data', './data'],
    ['/home/ann/chat/my data', "'./my data'"],
    ['/home/ann/chat', '/home/ann/chat'],
    ['/home/ann/other', '/home/ann/other'],
    ['/home/ann/chat/..data', './..data'],
  ])('the path %s, seen from a folder, is typed as %s', (path, typed) => {
    expect(shellPath(path, '/home/ann/chat')).toBe(typed);
  });

  it('the configuration is named only if it is not the default one', () => {
    const config = resolveConfig(JSON.stringify(soundFile()), '/x/five.json');
    expect(configArgument(config, '/x')).toBe(' --config ./five.json');
    expect(
      configArgument(
        resolveConfig(JSON.stringify(soundFile()), process.cwd() + '/cluster.config.json'),
        process.cwd(),
      ),
    ).toBe('');
  });
});
