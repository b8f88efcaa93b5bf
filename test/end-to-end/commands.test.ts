import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Command } from '../support/command.ts';
import type { CommandResult } from '../support/command.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster;

beforeAll(async () => {
  cluster = await RealCluster.raise();
});

afterAll(() => cluster?.remove());

function run(args: readonly string[], input?: string): Promise<CommandResult> {
  return Command.run([...args, '--config', cluster.config.file], cluster.folder, input);
}

/** The words of the line that begins with this. */
function row({ stdout }: CommandResult, id: string): readonly string[] {
  return (
    stdout
      .split('\n')
      .find((line) => line.startsWith(`${id} `))
      ?.split(/\s+/) ?? []
  );
}

/** In this order: the nodes die one after the other. */
describe('the commands against a cluster that loses its nodes', () => {
  it('conclave chat carries out piped lines, prints the replies, and ends with exit code 0', async () => {
    const { code, stdout } = await run(['chat'], '1|ann\n2|a.n\n3|nobody|hi\n3|ann|to myself\n');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'Success New Account Creation! Your new Account ID: ann123',
      'Account matched: ann',
      "Receiver: nobody doesn't exist",
    ]);
    expect(lines.slice(3).toSorted()).toEqual([
      'Sender ann sends a new message to myself to ann',
      'ann: to myself',
    ]);
  });

  it('conclave status shows every node and who leads, with exit code 0', async () => {
    const leader = await cluster.leader();
    const result = await run(['status']);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(new RegExp(`^leader ${leader}, term \\d+, can lose 1 more$`, 'm'));
    for (const id of cluster.ids) {
      expect(row(result, id)[1]).toBe(id === leader ? 'leader' : 'follower');
      expect(row(result, id)).toContain(String(cluster.process(id).pid));
    }
  });

  it('conclave status shows a dead node as down, and that no other may be lost, with exit code 0', async () => {
    const victim = await cluster.leader();
    await cluster.kill(victim);
    const successor = await until('the others have a leader', async () => {
      const leader = await cluster.leader();
      return leader !== victim && leader;
    });
    const result = await run(['status']);
    expect(result.code).toBe(0);
    expect(row(result, victim)[1]).toBe('down');
    expect(result.stdout).toMatch(new RegExp(`^leader ${successor}, term \\d+, can lose none$`, 'm'));
  });

  it('conclave chat finds a node that lives, and goes on with the same accounts', async () => {
    const { code, stdout } = await run(['chat'], '0|ann123\n2\n');
    expect(code).toBe(0);
    expect(stdout).toBe('user : ann is now logged in\nShowing all accounts: ann\n');
  });

  it('conclave status says how many nodes are missing when there is no majority, with exit code 1', async () => {
    const victim = await cluster.leader();
    await cluster.kill(victim);
    const [survivor = ''] = cluster.ids.filter((id) => !cluster.process(id).isOver);
    await until('the last one follows nobody', async () => (await cluster.status(survivor))?.leader === null);
    const result = await run(['status']);
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/^1 of 3 up, need 2; missing: n., n.$/m);
  });
});

describe('conclave demo', () => {
  it('kills a leader under load, prints how long the chat stood still, and ends with exit code 0', async () => {
    const { code, stdout } = await Command.run(['demo'], cluster.folder);
    expect(stdout).toMatch(/The chat stood still for \d+ ms/);
    expect(stdout).toContain('Nothing that was acknowledged was lost or doubled.');
    expect(code).toBe(0);
  });
});
