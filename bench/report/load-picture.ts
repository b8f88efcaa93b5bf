import type { Row } from '../load/summary.ts';

const WIDTH = 760;
const HEIGHT = 460;
const MARGIN = { left: 70, right: 130, top: 30, bottom: 50 };
const COLOURS = ['#555555', '#0b6e99', '#b5541c', '#3d7a3d', '#7a3d7a'];

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Latency against rate, both on logarithmic scales, a curve for each contender: an SVG. Solid p50, dashed p99. */
export function loadPicture(rows: readonly Row[]): string {
  const x = logScale(
    rows.map(({ rate }) => rate),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = logScale(
    rows.flatMap(({ p50, p99 }) => [p50, p99]),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const curves = contenders.map((name, place) => {
    const own = rows.filter(({ contender }) => contender === name).toSorted((a, b) => a.rate - b.rate);
    return curve(name, own, { x, y }, COLOURS[place % COLOURS.length] ?? '#000000');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...x.ticks.map((tick) => gridLine(x.at(tick), MARGIN.top, x.at(tick), HEIGHT - MARGIN.bottom)),
    ...y.ticks.map((tick) => gridLine(MARGIN.left, y.at(tick), WIDTH - MARGIN.right, y.at(tick))),
    ...x.ticks.map((tick) =>
      label(x.at(tick), HEIGHT - MARGIN.bottom + 16, tick.toLocaleString('en-US'), 'middle'),
    ),
    ...y.ticks.map((tick) => label(MARGIN.left - 6, y.at(tick) + 4, `${tick} ms`, 'end')),
    label((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 12, 'acknowledged messages a second', 'middle'),
    label(MARGIN.left, 18, 'from sending to the acknowledgement: p50 solid, p99 dashed', 'start'),
    ...curves,
    '</svg>',
    '',
  ].join('\n');
}

function curve(name: string, rows: readonly Row[], { x, y }: { x: Scale; y: Scale }, colour: string): string {
  const path = (of: (row: Row) => number): string =>
    rows
      .map((row, place) => `${place === 0 ? 'M' : 'L'}${round(x.at(row.rate))} ${round(y.at(of(row)))}`)
      .join(' ');
  const last = rows.at(-1);
  return [
    `<path d="${path(({ p50 }) => p50)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    `<path d="${path(({ p99 }) => p99)}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="5 4"/>`,
    ...rows.map(
      ({ rate, p50 }) =>
        `<circle cx="${round(x.at(rate))}" cy="${round(y.at(p50))}" r="3" fill="${colour}"/>`,
    ),
    last === undefined
      ? ''
      : `<text x="${round(x.at(last.rate) + 8)}" y="${round(y.at(last.p50) + 4)}" fill="${colour}">${name}</text>`,
  ].join('\n');
}

/** Powers of ten that hold all values, mapped onto a line. */
function logScale(values: readonly number[], from: number, to: number): Scale {
  const known = values.filter((value) => Number.isFinite(value) && value > 0);
  const lowest = Math.floor(Math.log10(Math.min(...known, 1e9)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...known, 1e-9))));
  return {
    at: (value) => from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from),
    ticks: Array.from({ length: highest - lowest + 1 }, (_, place) =>
      Number((10 ** (lowest + place)).toPrecision(3)),
    ),
  };
}

const round = (value: number): string => value.toFixed(1);
const gridLine = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#e3e3e3"/>`;
const label = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`;
