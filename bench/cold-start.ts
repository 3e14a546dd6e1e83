import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startDeployment } from '../test/cluster/harness.ts';
import { coldStart, largestBundleMB, mostMiB, slowestStart } from './support/cold-start-goals.ts';
import { type ComparedRow, type Comparison, medianOf, ratioOf } from './support/comparison.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { takeSnapshot } from './support/snapshot.ts';
import { type StartTimes, startTimed } from './support/start-timed.ts';
import { neverScheduled } from './support/tasks.ts';

const rounds = 15;
const functions = ['launch', 'watch'] as const;
const started = [...functions, 'empty'] as const;
type Started = (typeof started)[number];
const { bundle, listening, peak } = coldStart;

await runBench('cold-start', 10, measure);

async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const deployment = await startDeployment();
  try {
    // The deployment's own folder for running functions: it goes with it.
    const sources = await takeSnapshot(deployment.namespace.name);
    const times: Record<Started, StartTimes[]> = {
      empty: [],
      launch: [],
      watch: [],
    };
    const env = deployment.env();
    // The first round fills the page cache.
    for (let round = 0; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      const documents = { empty: {}, launch: neverScheduled(`r${round}`), watch: { kind: 'sweep' } };
      for (const target of started) {
        check();
        const taken = await startTimed({ source: sources[target], target, env, document: documents[target] });
        if (round > 0) times[target].push(taken);
      }
    }
    return findings(times, {
      launch: await megabytes(sources.launch),
      watch: await megabytes(sources.watch),
      empty: await megabytes(sources.empty),
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

function findings(times: Record<Started, StartTimes[]>, megabytes: Record<Started, number>): Findings {
  const row = (what: string, unit: string, take: (taken: StartTimes) => number): ComparedRow => ({
    what,
    unit,
    samples: Object.fromEntries(started.map(name => [name, times[name].map(take)])),
  });
  const sizes = Object.fromEntries(started.map(name => [name, [megabytes[name]]]));
  const compared: Comparison = {
    subjects: started,
    rows: [
      { what: bundle, unit: 'MB', samples: sizes },
      row(listening, 'ms', taken => taken.listeningMs),
      row('start to the first push answered', 'ms', taken => taken.answeredMs),
      row('memory when it listens', 'MiB', taken => taken.listeningMiB),
      row(peak, 'MiB', taken => taken.peakMiB),
    ],
  };
  return {
    measured: [],
    compared,
    goals: functions.flatMap(name => [
      {
        what: `${name}: ${bundle}`,
        unit: 'MB',
        value: medianOf(compared, bundle, name),
        atMost: largestBundleMB,
      },
      {
        what: `${name}: ${listening}, against an empty function`,
        unit: 'times',
        value: ratioOf(compared, listening, name, 'empty'),
        atMost: slowestStart,
      },
      { what: `${name}: ${peak}`, unit: 'MiB', value: medianOf(compared, peak, name), atMost: mostMiB },
    ]),
    notes: [
      'first push: launch posts a Pod, watch makes a sweep of an empty bucket; the modules are loaded after listening',
      'the goal of the memory is half of the 512 MB that Terraform gives an instance',
    ],
  };
}
