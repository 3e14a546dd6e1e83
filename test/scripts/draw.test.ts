import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { picturesOf } from '../../scripts/measured/pictures-of.ts';
import { draw } from '../../scripts/pictures/draw.ts';
import { asked, kpoPairs } from '../../scripts/pictures/kpo.ts';
import { themes } from '../../scripts/pictures/themes.ts';
import { sampleChaos, sampleKpo, sampleLoad } from './measured-samples.ts';

const load = [10, 100, 1_000, 3_000].map(tasks => sampleLoad(tasks, { bareLaunchesPerSecond: 90 }));
const pictures = picturesOf({
  load,
  kpo: sampleKpo,
  coldStart: undefined,
  logsMany: undefined,
  chaos: [sampleChaos()],
});

/** The words that are painted, of the title and the alternative text apart. */
function painted(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

test.each(
  pictures.flatMap(picture =>
    themes.map(theme => ({ name: `${picture.name}, ${theme.name}`, picture, theme })),
  ),
)('$name: a document with its title, its words and its colours', ({ picture, theme }) => {
  const svg = draw(picture, theme);
  expect(draw(picture, theme)).toBe(svg);
  expect(painted(svg)).toEqual(expect.arrayContaining([picture.title, picture.subtitle]));
  expect(svg).toContain(`width="800" height="${picture.height}"`);
  expect(svg).toContain(`fill="${theme.background}"`);
  expect(svg).not.toMatch(/<script|<style|href|NaN|undefined|ecmeta/);
  expect(picture.alt).not.toMatch(/NaN|undefined|\.\./);
});

test('each kind of picture says its figures', () => {
  const words = Object.fromEntries(
    pictures.map(picture => [picture.name, themes.map(theme => painted(draw(picture, theme)))]),
  );
  const [times, rates, cpu, memory, kpo, chaos] = Object.values(words).map(([light]) => light);
  expect(times).toEqual(expect.arrayContaining(['median 300 ms', 'p95 6.0 s', '3,000', '100 ms']));
  expect(rates).toEqual(expect.arrayContaining(['bare launches', 'goal: 0.8 of bare POSTs', '90', '80']));
  expect(cpu).toEqual(expect.arrayContaining(['goal: 10 ms', 'at 1,000', '10', 'ms of CPU a task']));
  expect(memory).toEqual(expect.arrayContaining(['watch 512', 'goal for watch at 1,000: 512 MiB', 'MiB']));
  expect(kpo).toEqual(
    expect.arrayContaining(['CPU of a task', '1,830 ms', '47 ms', 'KubernetesPodOperator']),
  );
  expect(chaos).toEqual(expect.arrayContaining(['Cloud Storage: 503', '12', 'process: kill -9', '20']));
  expect(chaos).not.toContain('server: kill -9 &amp; start');
  for (const [light, dark] of Object.values(words)) expect(dark).toEqual(light);
});

test('colours have enough contrast to their background', () => {
  const weak = themes.flatMap(({ name, background, grid: _, ...colours }) =>
    Object.entries(colours)
      .filter(([, colour]) => contrast(colour, background) < 3)
      .map(([use]) => `${name} ${use}`),
  );
  expect(weak).toEqual([]);
});

test('the picture of the comparison shows what is asked first, or the first rows', () => {
  const row = (what: string) => ({ what, unit: 's', kpo: 2, taskpod: 1 });
  expect(kpoPairs([row('a'), ...sampleKpo])).toEqual(sampleKpo.slice(0, 2));
  expect(kpoPairs([row('a'), { ...row('b'), kpo: null }, row('c')])).toEqual([row('a'), row('c')]);
});

test('what is asked first are names that the bench gives', () => {
  const bench = readFileSync(new URL('../../bench/kpo/findings.ts', import.meta.url), 'utf8');
  expect(asked.filter(name => !bench.includes(name.replace('…', '')))).toEqual([]);
});

test('a name after "…" is the end of a row’s', () => {
  const row = (what: string) => ({ what, unit: 's', kpo: 2, taskpod: 1 });
  const rows = [
    row('20 at once: go to the last result'),
    row('20 at once: CPU of a task'),
    row('CPU of a task'),
  ];
  expect(kpoPairs(rows).map(({ what }) => what)).toEqual([
    '20 at once: go to the last result',
    'CPU of a task',
  ]);
});

/** As the Web Content Accessibility Guidelines compute it: from 1 to 21. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
