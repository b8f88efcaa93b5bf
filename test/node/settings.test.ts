import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load-config.ts';
import { chatLimits } from '../../src/node/settings.ts';
import { soundFile } from '../config/config-files.ts';

describe('the limits of a new cluster', () => {
  it('turn the share of the heap into bytes', () => {
    const file = { ...soundFile(), limits: { stateHeapPercent: 25 } };
    const config = resolveConfig(JSON.stringify(file), '/x/c.json');
    expect(chatLimits(config, 4_000_000_001).stateBytes).toBe(1_000_000_000);
  });
});
