import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig, resolveConfig } from '../../src/config/load-config.ts';
import { soundFile } from './config-files.ts';

type Sound = ReturnType<typeof soundFile>;

function sentenceOf(file: unknown): string {
  return sentenceOfText(JSON.stringify(file));
}

function sentenceOfText(text: string): string {
  try {
    resolveConfig(text, '/x/cluster.config.json');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the configuration was taken');
}

function bent(bend: (file: Sound) => void): Sound {
  const file = soundFile();
  bend(file);
  return file;
}

describe('a configuration that cannot be used gets one sentence with the file and the key', () => {
  it.each<[string, unknown, string]>([
    [
      'a misspelt key of a group',
      { ...soundFile(), timings: { hartbeatMs: 50 } },
      'timings.hartbeatMs in /x/cluster.config.json: is not a known key; did you mean "heartbeatMs"?',
    ],
    [
      'a misspelt key of a node, which also makes the right one missing',
      bent((file) => {
        file.nodes[1] = {
          id: 'n2',
          peer: '127.0.0.1:7002',
          clients: '127.0.0.1:6667',
          http: '127.0.0.1:8002',
        };
      }),
      'nodes[1].clients in /x/cluster.config.json: is not a known key; did you mean "client"?',
    ],
    [
      'a key that stands outside of its group',
      { ...soundFile(), tickMs: 10 },
      'tickMs in /x/cluster.config.json: is not a known key; did you mean "timings.tickMs"?',
    ],
    [
      'a key that is like no other',
      { ...soundFile(), quorum: 2 },
      'quorum in /x/cluster.config.json: is not a known key; known here: $schema, dataDir, nodes, openAccounts, timings, limits, log, storage.',
    ],
    ['no nodes', {}, 'nodes in /x/cluster.config.json: is missing; it must be a list of 1, 3, 5 or 7 nodes.'],
    [
      'an empty list of nodes',
      { nodes: [] },
      'nodes in /x/cluster.config.json: must be a list of 1, 3, 5 or 7 nodes, not [].',
    ],
    [
      'two nodes',
      bent((file) => file.nodes.pop()),
      'nodes in /x/cluster.config.json: must be a list of 1, 3, 5 or 7 nodes, not 2: an even number survives no more losses than one node less.',
    ],
    [
      'a node that is no object',
      { nodes: ['n1'] },
      'nodes[0] in /x/cluster.config.json: must be an object with id, peer, client and http, not "n1".',
    ],
    [
      'an id with capitals',
      bent((file) => (file.nodes[0]!['id'] = 'Node1')),
      'nodes[0].id in /x/cluster.config.json: must be 1 to 16 of the characters a-z, 0-9 and -, not "Node1".',
    ],
    [
      'an id that is used twice',
      bent((file) => (file.nodes[2]!['id'] = 'n1')),
      'nodes[2].id in /x/cluster.config.json: "n1" is the id of nodes[0] already; every node needs its own.',
    ],
    [
      'a port alone',
      bent((file) => (file.nodes[0]!['client'] = '6666')),
      'nodes[0].client in /x/cluster.config.json: must be host:port, such as "127.0.0.1:6666" or "[::1]:6666", not "6666".',
    ],
    [
      'a port that is too high',
      bent((file) => (file.nodes[0]!['client'] = '127.0.0.1:66666')),
      'nodes[0].client in /x/cluster.config.json: must be host:port, such as "127.0.0.1:6666" or "[::1]:6666", not "127.0.0.1:66666".',
    ],
    [
      'an address that is missing',
      bent((file) => delete file.nodes[1]!['http']),
      'nodes[1].http in /x/cluster.config.json: is missing; it must be host:port, such as "127.0.0.1:6666" or "[::1]:6666".',
    ],
    [
      'a peer port that nobody could know',
      bent((file) => (file.nodes[0]!['peer'] = '127.0.0.1:0')),
      'nodes[0].peer in /x/cluster.config.json: must name a port, not 0: the other nodes have to know it.',
    ],
    [
      'a peer host that nobody could dial',
      bent((file) => (file.nodes[0]!['peer'] = '0.0.0.0:7001')),
      'nodes[0].peer in /x/cluster.config.json: must name the host under which the other nodes reach this one, not 0.0.0.0.',
    ],
    [
      'a port that is used twice on a host',
      bent((file) => (file.nodes[2]!['client'] = 'localhost:8001')),
      'nodes[2].client in /x/cluster.config.json: localhost:8001 is used by nodes[0].http already; choose another port.',
    ],
    [
      'a port that a wildcard takes on every host',
      bent((file) => (file.nodes[0]!['client'] = '0.0.0.0:6667')),
      'nodes[1].client in /x/cluster.config.json: 127.0.0.1:6667 is used by nodes[0].client already; choose another port.',
    ],
    [
      'a number in quotes',
      { ...soundFile(), timings: { tickMs: '10' } },
      'timings.tickMs in /x/cluster.config.json: must be a whole number from 1 to 1000, not "10".',
    ],
    [
      'a number out of range',
      { ...soundFile(), limits: { lineBytes: 1 } },
      'limits.lineBytes in /x/cluster.config.json: must be a whole number from 256 to 1048576, not 1.',
    ],
    [
      'half a number',
      { ...soundFile(), limits: { lineBytes: 256.5 } },
      'limits.lineBytes in /x/cluster.config.json: must be a whole number from 256 to 1048576, not 256.5.',
    ],
    [
      'a word that is none of the words',
      { ...soundFile(), openAccounts: 'yes' },
      'openAccounts in /x/cluster.config.json: must be one of "loopback", "everywhere", "nowhere", not "yes".',
    ],
    [
      'heartbeats shorter than a tick',
      { ...soundFile(), timings: { heartbeatMs: 5 } },
      'timings.heartbeatMs in /x/cluster.config.json: must be at least one tick (timings.tickMs, 10), not 5.',
    ],
    [
      'elections that would not wait for three heartbeats',
      { ...soundFile(), timings: { electionTimeoutMs: 100 } },
      'timings.electionTimeoutMs in /x/cluster.config.json: must be at least three heartbeats (3 * timings.heartbeatMs, 150), not 100.',
    ],
    [
      'a node held for dead during an election',
      { ...soundFile(), timings: { electionTimeoutMs: 2000 } },
      'timings.nodeSilenceMs in /x/cluster.config.json: must be at least two election timeouts (2 * timings.electionTimeoutMs, 4000), not 3000: an election is no death.',
    ],
    [
      'frames between nodes that could not hold what one node sends to another',
      { ...soundFile(), limits: { peerFrameBytes: 1_048_576, appendBytes: 1_048_576 } },
      'limits.peerFrameBytes in /x/cluster.config.json: must be at least 1114112: limits.appendBytes (1048576) or limits.lineBytes (8192), whichever is more, and 65536 for what surrounds it, not 1048576.',
    ],
    ['a list', [], '/x/cluster.config.json: must be an object in braces, not [].'],
  ])('%s', (_, file, sentence) => {
    expect(sentenceOf(file)).toBe(sentence);
  });

  it.each([
    ['', '/x/cluster.config.json: is empty; it must be a JSON object.'],
    [
      '{\n  "nodes": [],\n}',
      '/x/cluster.config.json: is not valid JSON at line 3, column 1: Expected double-quoted property name.',
    ],
    [
      '{ "nodes": [',
      '/x/cluster.config.json: is not valid JSON at line 1, column 13: Unexpected end of JSON input.',
    ],
    ['# nodes', `/x/cluster.config.json: is not valid JSON: Unexpected token '#', "# nodes".`],
  ])('text that is not JSON: %j', (text, sentence) => {
    expect(sentenceOfText(text)).toBe(sentence);
  });

  it('a file that is not there', () => {
    expect(() => loadConfig('/nowhere/cluster.config.json')).toThrow(
      '/nowhere/cluster.config.json: there is no such file; name a configuration with --config FILE.',
    );
  });

  it('a folder in the place of the file', () => {
    expect(() => loadConfig('/')).toThrow('/: is a folder, not a configuration file.');
  });

  it('keeps file, key and code for programs', () => {
    try {
      resolveConfig('{"nodes":[]}', '/x/c.json');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG', file: '/x/c.json', key: 'nodes' });
    }
  });
});
