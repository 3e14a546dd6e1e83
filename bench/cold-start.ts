import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startDeployment } from '../test/cluster/harness.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { takeSnapshot } from './support/snapshot.ts';
import { type StartTimes, startTimed } from './support/start-timed.ts';
import { median } from './support/statistics.ts';
import { neverScheduled } from './support/tasks.ts';

const rounds = 15;
const functions = ['launch', 'watch'] as const;
const largestBundleMB = 3.5;
const slowestStart = 1.5;

await runBench('cold-start', 10, measure);

async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const deployment = await startDeployment();
  try {
    // The deployment's own folder for running functions: it goes with it.
    const sources = await takeSnapshot(deployment.namespace.name);
    const times: Record<'empty' | (typeof functions)[number], StartTimes[]> = {
      empty: [],
      launch: [],
      watch: [],
    };
    const env = deployment.env();
    // The first round fills the page cache.
    for (let round = 0; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      const documents = { empty: {}, launch: neverScheduled(`r${round}`), watch: { kind: 'sweep' } };
      for (const target of ['empty', ...functions] as const) {
        check();
        const taken = await startTimed({ source: sources[target], target, env, document: documents[target] });
        if (round > 0) times[target].push(taken);
      }
    }
    return findings(times, {
      launch: await megabytes(sources.launch),
      watch: await megabytes(sources.watch),
    });
  } finally {
    await deployment.stop();
  }
}

/** All JavaScript of a function, whether it is loaded at the start or later. */
async function megabytes(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.js'));
  const sizes = await Promise.all(files.map(async file => (await stat(join(folder, file))).size));
  return sizes.reduce((a, b) => a + b, 0) / 1e6;
}

function findings(
  times: Record<'empty' | (typeof functions)[number], StartTimes[]>,
  sizes: Record<(typeof functions)[number], number>,
): Findings {
  const listening = (name: keyof typeof times): number[] => times[name].map(taken => taken.listeningMs);
  const answered = (name: keyof typeof times): number[] => times[name].map(taken => taken.answeredMs);
  const names = ['empty', ...functions] as const;
  return {
    measured: names.flatMap(name => [
      { what: `${name}: start to listening`, unit: 'ms', samples: listening(name) },
      { what: `${name}: start to the first answered push`, unit: 'ms', samples: answered(name) },
    ]),
    goals: functions.flatMap(name => [
      { what: `${name}: bundle`, unit: 'MB', value: sizes[name], atMost: largestBundleMB },
      {
        what: `${name}: listening, against an empty function`,
        unit: 'times',
        value: median(listening(name)) / median(listening('empty')),
        atMost: slowestStart,
      },
    ]),
    notes: [
      'first push: launch posts a Pod, watch makes a sweep of an empty bucket; the modules are loaded after listening',
    ],
  };
}
