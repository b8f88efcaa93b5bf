import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawPlan } from './faults/draw-plan.ts';
import type { Plan } from './faults/plan.ts';
import { failureReport } from './report/failure-report.ts';
import { htmlTrace } from './report/html-trace.ts';
import { ndjsonTrace } from './report/ndjson-trace.ts';
import type { Regression } from './report/regression.ts';
import { readRegression, saveRegression } from './report/regression.ts';
import { shrink } from './report/shrink.ts';
import type { Told } from './report/story.ts';
import type { Outcome } from './run.ts';
import { run } from './run.ts';

const FAILURE = { invariant: 'Election Safety', what: 'two leaders', stack: '' };

function traced(): { plan: Plan; told: readonly Told[]; outcome: Outcome } {
  const told: Told[] = [];
  const plan = drawPlan(5, { nodes: 3, steps: 3_000, budget: 'within' });
  return { plan, told, outcome: run(plan, (it) => told.push(it)) };
}

describe('a run that was traced', () => {
  const { plan, told, outcome } = traced();

  it('becomes a page with the picture in it and nothing from outside', () => {
    const page = htmlTrace(plan, told, outcome);
    expect(page.includes('"stretches":[{'), 'the picture is in the page').toBe(true);
    expect(/(src|href)="(https?:)?\/\//.test(page), 'it loads nothing').toBe(false);
  });

  it('becomes one JSON object an event, with what a specification needs to know', () => {
    const events = ndjsonTrace(told)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const names = new Set(events.map((event) => event['name']));
    for (const name of [
      'InitState',
      'BecomeLeader',
      'SendAppendEntriesRequest',
      'ReceiveAppendEntriesResponse',
      'Commit',
      'Ready',
      'Persist',
      'Append',
    ]) {
      expect(names).toContain(name);
    }
    for (const event of events) {
      expect(event).toMatchObject({
        nid: expect.any(String) as string,
        role: expect.any(String) as string,
        log: expect.any(Number) as number,
      });
    }
  });
});

describe('a run that failed', () => {
  const plan = drawPlan(9, { nodes: 3, steps: null, budget: 'within' });
  const culprit = plan.faults[Math.floor(plan.faults.length / 2)]!;
  const [outcome] = [run(drawPlan(9, { nodes: 3, steps: 500, budget: 'within' }))];
  /** Stands for a bug that needs one fault, whatever else happens. */
  const rerun = (tried: Plan): Outcome => ({
    ...outcome,
    plan: tried,
    failure: tried.faults.some(({ atMs, kind }) => atMs === culprit.atMs && kind === culprit.kind)
      ? FAILURE
      : null,
  });

  it('shrinks to the one fault that it needs', () => {
    const smallest = shrink(rerun(plan), 500, rerun);
    expect(smallest.plan.faults).toEqual([culprit]);
    expect(smallest.plan.people).toBe(0);
    expect(smallest.failure).toEqual(FAILURE);
  });

  it('is told with its seed, what broke, its faults and its last events, and saved to be replayed', () => {
    const failed = rerun(plan);
    const report = failureReport(failed, 10);
    expect(report).toContain('seed 9 broke: Election Safety');
    expect(report).toContain('npm run simulate -- --seed 9');
    const folder = mkdtempSync(join(tmpdir(), 'conclave-regressions-'));
    try {
      const saved = JSON.parse(readFileSync(saveRegression(failed, folder), 'utf8')) as Regression;
      expect(saved).toEqual({ invariant: FAILURE.invariant, what: FAILURE.what, plan });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says with which options it is drawn again', () => {
    const themed = drawPlan(9, { nodes: null, steps: 500, budget: null, theme: 'left behind' });
    const report = failureReport({ ...outcome, plan: themed, failure: FAILURE }, 10);
    expect(report).toContain(
      `npm run simulate -- --seed 9 --theme 'left behind' --nodes ${themed.nodes} --budget within --steps 500\n`,
    );
    expect(drawPlan(9, { nodes: 3, steps: 500, budget: 'within', scope: 'paper' }).drawnWith).toEqual([
      '--paper',
    ]);
  });

  it('is replayed as its file says, whatever would be drawn today, and with what the file does not know of', () => {
    const folder = mkdtempSync(join(tmpdir(), 'conclave-regressions-'));
    try {
      const path = saveRegression(rerun(plan), folder);
      const file = JSON.parse(readFileSync(path, 'utf8')) as Regression;
      const { windowCommands: _, ...submitter } = file.plan.settings.raft.submitter;
      const settings = { ...file.plan.settings, raft: { ...file.plan.settings.raft, submitter } };
      const weather = { ...file.plan.weather, loss: 0.42 };
      writeFileSync(path, JSON.stringify({ ...file, plan: { ...file.plan, settings, weather, thinkMs: 3 } }));
      const { plan: read } = readRegression(path);
      expect(read).toEqual({ ...plan, thinkMs: 3, weather: { ...plan.weather, loss: 0.42 } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
