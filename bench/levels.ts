import { InvalidArgumentError } from 'commander';
import type { Level } from './measure.ts';
import type { LoadKindName } from './system/system.ts';
import { LOAD_KINDS } from './system/system.ts';

const USUAL_CONNECTIONS = 16;

/** `1,16,256/256`: so many in flight, over 16 connections (or as many as are in flight) unless said otherwise. */
export function parseLevels(text: string): readonly Level[] {
  return text.split(',').map((part) => {
    const [, inFlight = '', connections] = /^([1-9]\d{0,5})(?:\/([1-9]\d{0,5}))?$/.exec(part) ?? [];
    if (inFlight === '') throw new InvalidArgumentError('Levels are numbers in flight, as in 1,64,256/256.');
    const outstanding = Number(inFlight);
    return {
      inFlight: outstanding,
      connections: Math.min(outstanding, Number(connections ?? USUAL_CONNECTIONS)),
    };
  });
}

/** How a level is named in tables: `1024`, or `256 over 256`. */
export function levelName({ inFlight, connections }: Level): string {
  return connections === Math.min(inFlight, USUAL_CONNECTIONS)
    ? String(inFlight)
    : `${inFlight} over ${connections}`;
}

/** `leader,spread`: which loads are put on the cluster. */
export function parseKinds(text: string): readonly LoadKindName[] {
  return text.split(',').map((name) => {
    if (!(name in LOAD_KINDS))
      throw new InvalidArgumentError(`Loads are ${Object.keys(LOAD_KINDS).join(', ')}.`);
    return name as LoadKindName;
  });
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.');
  return Number(text);
}
