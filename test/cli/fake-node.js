// Stands in for a node where only the life of its process matters. What it does is in `behaviour.json` beside the
// configuration: { "n1": "…" }; a node that is not named there starts and runs.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';

const [, , , id, , configFile] = process.argv;
const folder = dirname(configFile);
const behaviour = JSON.parse(readFileSync(join(folder, 'behaviour.json'), 'utf8'))[id] ?? 'run';
const config = JSON.parse(readFileSync(configFile, 'utf8'));
const node = config.nodes.find((candidate) => candidate.id === id);
const address = (text) => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) });
const leader = config.nodes[0].id;

function log(level, msg) {
  process.stdout.write(`${JSON.stringify({ level, time: 0, node: id, msg })}\n`);
}

function run() {
  const status = {
    node: id,
    role: id === leader ? 'leader' : 'follower',
    term: 1,
    leader,
    waitingFor: null,
    alarms: [],
    clusterId: 'c',
    appliedIndex: 1,
    stateHash: 'h',
  };
  const { host, port } = address(node.http);
  createServer((request, reply) => {
    reply
      .setHeader('connection', 'close')
      .end(JSON.stringify(request.url === '/status' ? status : { ready: true, why: '' }));
  }).listen(port, host, () => {
    log(30, 'listening');
    process.send({
      kind: 'started',
      addresses: { peer: address(node.peer), client: address(node.client), http: address(node.http) },
    });
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => {
    log(30, 'stopping');
    process.exit(0);
  });
}

function fail(sentence, exitCode) {
  process.send({ kind: 'failed', sentence, exitCode }, undefined, {}, () => process.exit(exitCode));
}

switch (behaviour) {
  case 'run':
    run();
    break;
  case 'cannot-start':
    fail('nodes[1].client in /x/cluster.config.json: 127.0.0.1:6667 is in use.', 2);
    break;
  case 'disk-fails':
    run();
    process.on('SIGUSR2', () => fail('the disk failed', 1));
    break;
  case 'deaf':
    run();
    process.removeAllListeners('SIGTERM');
    process.on('SIGTERM', () => log(40, 'will not stop'));
    break;
  default:
    throw new Error(behaviour);
}
