import { describe, expect, test } from 'vitest';
import { blocksOf, withBlocks } from '../../scripts/measured/blocks.ts';
import { faultsOf } from '../../scripts/measured/chaos.ts';
import { coldStartGoals, loadGoals, logsGoals } from '../../scripts/measured/goals.ts';
import { mainRows, runName, sortedRows, variantsInWords } from '../../scripts/measured/load-rows.ts';
import { loadTable } from '../../scripts/measured/load-table.ts';
import { type Measured, readMeasured } from '../../scripts/measured/read.ts';
import type { LoadRow } from '../../scripts/measured/schemas.ts';
import { listed, milliseconds, shown, table } from '../../scripts/measured/words.ts';
import { sampleChaos, sampleKpo, sampleLoad } from './measured-samples.ts';

const nothing: Measured = {
  load: undefined,
  kpo: undefined,
  coldStart: undefined,
  logsMany: undefined,
  chaos: [],
};
const verdicts = (rows: readonly LoadRow[]) => loadGoals(rows).map(({ what, isMet }) => [what, isMet]);

describe('load', () => {
  test('a goal is met at its limit', () => {
    expect(verdicts([sampleLoad(1_000)])).toEqual([
      ['Pods made a second, against bare POSTs, 1,000 tasks', true],
      ['Pod’s end to its outcome, median, 1,000 tasks', true],
      ['CPU of a task, both functions, 1,000 tasks', true],
      ['memory of watch (at most 1,000 Pods were there at a time), 1,000 tasks', true],
      ['watches of a namespace at a time, whatever the number of tasks', true],
    ]);
  });

  test.each<[string, Partial<LoadRow>]>([
    ['Pods made a second', { launchesPerSecond: 79 }],
    ['Pod’s end to its outcome', { endToOutcomeMsMedian: 301 }],
    ['CPU of a task', { cpuMsWatch: 6.1 }],
    ['memory of watch', { peakMiBWatch: 513 }],
    ['watches of a namespace', { watches: 2 }],
  ])('%s is missed beyond it', (what, more) => {
    const missed = verdicts([sampleLoad(100), sampleLoad(1_000, more)]).filter(
      ([, isMet]) => isMet === false,
    );
    expect(missed).toEqual([[expect.stringMatching(`^${what}`), false]]);
  });

  test('what costs a task more than 1.5 times as much with many tasks is missed', () => {
    const rows = [
      sampleLoad(100),
      sampleLoad(3_000, { publishToPodMsP95: 9_001, kubernetesCallsPerTask: null }),
    ];
    expect(loadGoals(rows).filter(({ what }) => what.startsWith('growth'))).toEqual(
      [
        ['time of a launch', '1 times', true],
        ['time until a Pod is seen, median and p95', '1 and 1.50 times', false],
        ['time from a Pod’s end to its outcome, median and p95', '0.03 and 0.03 times', true],
        ['CPU of a task, launch and watch', '1 and 1 times', true],
        ['peak memory of a task, launch and watch', '0.03 and 0.03 times', true],
        ['calls of a task, Kubernetes and storage', '1 times', true],
      ].map(([what, measured, isMet]) => ({
        what: `growth of the ${what}, 100 to 3,000 tasks`,
        measured,
        limit: 'at most 1.5 times',
        isMet,
        isFirst: false,
      })),
    );
  });

  test('calls that were not counted are not judged', () => {
    const row = sampleLoad(10, { watches: null, kubernetesCallsPerTask: null });
    expect(loadGoals([row])).toEqual([]);
    expect(loadTable([row])).not.toMatch(/watches|Kubernetes/);
  });

  test('runs are in order, and named by what tells them from the main ones', () => {
    const rows = [
      sampleLoad(500, { variant: 'pushed' }),
      sampleLoad(1_000, { variant: 'flowing' }),
      sampleLoad(10, { variant: 'flowing' }),
      sampleLoad(1_000),
    ];
    const main = mainRows(rows);
    expect(main.map(({ tasks, variant }) => [tasks, variant])).toEqual([
      [10, 'flowing'],
      [1_000, 'flowing'],
    ]);
    expect(sortedRows(rows).map(row => runName(row, main))).toEqual([
      '1,000 (held)',
      '10',
      '1,000',
      '500 (pushed)',
    ]);
    expect(variantsInWords(rows)).toBe(
      'In the pictures, and in columns with nothing but a number: published at once; Pods begin and end while others are launched. "held": published at once; no Pod begins before all are there. "pushed": pushed to launch without Pub/Sub; Pods begin and end while others are launched.',
    );
    expect(variantsInWords([])).toBe('');
    expect(variantsInWords([sampleLoad(10, { variant: 'held, own storage' })])).toBe(
      'In the pictures, and in columns with nothing but a number: published at once; no Pod begins before all are there; with the project’s own storage server.',
    );
  });

  test('growth is told of each way in which several numbers of tasks have come', () => {
    const rows = (['held', 'held, own storage', 'pushed'] as const).flatMap(variant =>
      [100, 1_000].map(tasks => sampleLoad(tasks, { variant })),
    );
    const launches = loadGoals(rows).filter(({ what }) => what.startsWith('growth of the time of a launch'));
    expect(launches.map(({ what }) => what)).toEqual([
      'growth of the time of a launch, 100 to 1,000 tasks',
      'growth of the time of a launch, 100 to 1,000 (held, own storage) tasks',
      'growth of the time of a launch, 100 to 1,000 (pushed) tasks',
    ]);
  });

  test('the table has a column for each run, and a row for what one of them has', () => {
    const lines = loadTable([sampleLoad(10), sampleLoad(100, { turns: 2 })]).split('\n');
    expect(lines[0]).toBe('| tasks at once | 10 | 100 |');
    expect(lines.filter(line => /Turns|against|Pub/.test(line))).toEqual([
      '| launches against bare POSTs | 0.80 | 0.80 |',
      '| Turns | | 2 |',
    ]);
  });
});

test('the goals of many logs and of cold starts', () => {
  const logs = {
    pods: 100,
    lines: 4_000,
    bursts: 4,
    curlMBPerSecond: 10,
    watchMBPerSecond: 7.9,
    wholeLogs: 99,
    beforeMiB: 300,
    firstPeakMiB: 300,
    secondPeakMiB: 360,
  };
  expect(logsGoals(logs).map(({ measured, limit, isMet }) => [measured, limit, isMet])).toEqual([
    ['0.79 times', 'at least 0.8 times', false],
    ['99', 'at least 100', false],
    ['1.20 times', 'at most 1.2 times', true],
  ]);
  const rows = [
    { what: 'bundle', unit: 'MB', launch: 3.5, watch: 3, empty: null },
    { what: 'start to listening', unit: 'ms', launch: 150, watch: 151, empty: 100 },
    { what: 'start to the first push answered', unit: 'ms', launch: 1_500, watch: 1_500, empty: 100 },
    { what: 'peak of the memory until then', unit: 'MiB', launch: 244, watch: 246, empty: 90 },
  ];
  expect(coldStartGoals(rows).map(({ measured, limit, isMet }) => [measured, limit, isMet])).toEqual([
    ['3.50 and 3 MB', 'at most 3.5 MB', true],
    ['1.50 and 1.51 times', 'at most 1.5 times', false],
    ['244 and 246 MiB', 'at most 244 MiB', false],
  ]);
});

describe('chaos', () => {
  test('faults are added up by kind, the most frequent first', () => {
    expect(faultsOf([sampleChaos(), sampleChaos()])).toEqual([
      { name: 'process: kill -9', planned: 40, met: 40, abouts: [['watch', 40]] },
      {
        name: 'Cloud Storage: 503',
        planned: 26,
        met: 24,
        abouts: [
          ['list', 18],
          ['write marker', 6],
        ],
      },
      { name: 'server: kill -9 & start', planned: 2, met: 0, abouts: [] },
    ]);
  });

  test('the page says how much was injected and that nothing was lost', () => {
    const text = blocksOf({ ...nothing, chaos: [sampleChaos()] }).chaos;
    expect(text).toContain('32 faults; of 34 planned ones');
    expect(text).toContain('| Cloud Storage: 503 | 12 | list 9, write marker 3 |');
    expect(text?.slice(text.indexOf('| seed'), text.indexOf('How the')).trim().split('\n')).toEqual([
      '| seed | 7 |',
      '| --- | --- |',
      '| tasks | 1,000 |',
      '| of them with containers | 150 |',
      '| faults happened for | 300 s |',
      '| until the last work was done | 413 s |',
      '| processes of launch and watch | 42 |',
      '| deliveries of the message that came most often | 6 |',
      '| dead letters | 0 |',
      '| attempts | 1,100 |',
      '| Pods made | 1,099 |',
      '| of them deleted from outside | 3 |',
      '| logs compared | 160, 5,000,000 bytes |',
      '| gaps told in them, of Pods that were deleted or stopped | 0 |',
      '| results compared | 40, 900 bytes |',
      '| events received, and different ones | 3,300 and 3,200 |',
      '| **promises broken** | **0** |',
    ]);
    expect(text).toContain('| success completed | 1,000 |\n| failed exit_code | 100 |');
    expect(text).not.toContain('What was broken');
    expect(text).toContain('```sh\nnpm run chaos -- --seed 7\n```');
  });

  test('the page says what was lost', () => {
    const broken = { rule: 'one Pod', subject: 'a/b/c try 1', detail: 'two Pods were made' };
    const text = blocksOf({ ...nothing, chaos: [sampleChaos(), sampleChaos([broken])] }).chaos;
    expect(text).toContain('| **promises broken** | **0** | **1** |');
    expect(text).toContain('What was broken:\n\n- seed 7, one Pod: a/b/c try 1: two Pods were made\n');
  });
});

describe('blocks', () => {
  test('are empty where nothing was measured', () => {
    expect(new Set(Object.values(blocksOf(nothing)))).toEqual(new Set(['']));
  });

  test('tell both sides of a comparison, and leave out what one side lacks', () => {
    expect(
      blocksOf({ ...nothing, kpo: sampleKpo })
        .kpo?.split('\n')
        .slice(-6, -1),
    ).toEqual([
      '| what | KubernetesPodOperator | Taskpod | Taskpod against it |',
      '| --- | --- | --- | --- |',
      '| go to result in hand | 5.40 s | 4.10 s | 0.76 times |',
      '| CPU of a task | 1,830 ms | 47 ms | 0.03 times |',
      '| of them GET | | 0 | |',
    ]);
  });

  test('take the place of what is between their marks', () => {
    const page = (text: string) =>
      `a\n<!-- x: made by "npm run pictures"; do not edit -->\n${text}<!-- end of x -->\nb\n`;
    expect(withBlocks(page('old\n'), { x: 'n$&w\n' })).toBe(page('n$&w\n'));
    expect(withBlocks(page('old\n'), { x: '' })).toBe(page(''));
    expect(() => withBlocks(page('old\n'), {})).toThrow('there is no block "x"');
  });
});

test.each([
  [{ 'other.json': '[]' }, 'docs/measured: nothing shows other.json'],
  [{ 'kpo.json': '[{"what":"x","unit":"","kpo":-1,"taskpod":1}]' }, 'docs/measured/kpo.json is not as its'],
  [{ 'load.json': '[]' }, 'docs/measured/load.json is not as its'],
  [{ 'chaos-1.json': '{}' }, 'docs/measured/chaos-1.json is not as its'],
])('%j is refused', (files, message) => {
  expect(() => readMeasured(files)).toThrow(message);
});

test('documents are read by their names', () => {
  const files = {
    'chaos-7.json': JSON.stringify(sampleChaos()),
    'chaos-long.json': JSON.stringify([sampleChaos(), sampleChaos()]),
    'kpo.json': JSON.stringify(sampleKpo),
    'load.json': JSON.stringify([sampleLoad(10)]),
  };
  expect(readMeasured(files)).toEqual({
    ...nothing,
    load: [sampleLoad(10)],
    kpo: sampleKpo,
    chaos: [sampleChaos(), sampleChaos(), sampleChaos()],
  });
});

test('words', () => {
  expect([0.0001, 0.006, 2, 2.3, 41.04, 238.4, 29_302].map(shown)).toEqual([
    '< 0.01',
    '0.01',
    '2',
    '2.30',
    '41.0',
    '238',
    '29,302',
  ]);
  expect([33, 999, 2_136].map(milliseconds)).toEqual(['33 ms', '999 ms', '2.1 s']);
  expect([[], ['a'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a, b and c']);
  expect(
    table([
      ['a', ''],
      ['x|y', '1'],
    ]),
  ).toBe('| a | |\n| --- | --- |\n| x\\|y | 1 |');
});
