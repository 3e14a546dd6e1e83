import { setTimeout as sleep } from 'node:timers/promises';
import { connectStore } from '../shared/adapters/storage/connect.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { systemClock } from '../shared/time.ts';
import { startDeployment } from '../test/cluster/harness.ts';
import { planLaunch } from './support/plan-launch.ts';
import { connectBench, PodTimes } from './support/pod-times.ts';
import { push } from './support/push.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';
import { neverScheduled } from './support/tasks.ts';

const warmUps = 5;
const rounds = 60;
/** What launch may take beside the POST and its two writes. */
const ownMs = 10;
/** Lets the scheduler and the announcements of one measurement end before the next. */
const pauseMs = 60;

/** Milliseconds. */
interface Round {
  pushToPod: number;
  pushToAnswer: number;
  postToPod: number;
  postToAnswer: number;
  writes: number;
}

await runBench('launch', 5, measure);

/** One push, one bare POST of the same Pod, the two writes alone: each after the other, again and again. */
async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const deployment = await startDeployment();
  const pods = await connectBench();
  const created = new PodTimes();
  try {
    const env = deployment.env();
    const { url } = await deployment.startFunction('launch');
    const retryDeps = { clock: systemClock, random: Math.random };
    const store = connectStore({ bucket: deployment.bucket.name, retryDeps });
    await created.start(pods, deployment.namespace.name, () => true);
    const taken: Round[] = [];
    for (let round = 0; round < warmUps + rounds; round++) {
      check();
      if (round % 10 === 0) progress(`round ${round} of ${warmUps + rounds}`);
      const pushed = neverScheduled(`push-${round}`);
      const pushBegan = performance.now();
      await push(url, pushed);
      const pushToAnswer = performance.now() - pushBegan;
      const pushSeen = await created.of(planLaunch(pushed, env).podName, 10_000);
      await sleep(pauseMs);

      const { podName, manifest } = planLaunch(neverScheduled(`post-${round}`), env);
      const postBegan = performance.now();
      await pods.create(manifest.metadata.namespace, manifest, AbortSignal.timeout(10_000));
      const postToAnswer = performance.now() - postBegan;
      const postSeen = await created.of(podName, 10_000);
      await sleep(pauseMs);

      const writes = await timeWrites(store, planLaunch(neverScheduled(`write-${round}`), env).writes);
      await sleep(pauseMs);
      if (round < warmUps) continue;
      const pushToPod = pushSeen.atMs - pushBegan;
      taken.push({ pushToPod, pushToAnswer, postToPod: postSeen.atMs - postBegan, postToAnswer, writes });
    }
    return findings(taken);
  } finally {
    await created.stop();
    await pods.close();
    await deployment.stop();
  }
}

async function timeWrites(
  store: ObjectStore,
  writes: readonly { name: string; body: string }[],
): Promise<number> {
  const began = performance.now();
  for (const { name, body } of writes) {
    const signal = AbortSignal.timeout(10_000);
    await store.create(name, body, { contentType: 'application/json', signal });
  }
  return performance.now() - began;
}

function findings(taken: readonly Round[]): Findings {
  const all = (key: keyof Round): number[] => taken.map(round => round[key]);
  const launch = median(all('pushToPod'));
  const [post, writes] = [median(all('postToPod')), median(all('writes'))];
  return {
    measured: [
      { what: 'push sent to Pod seen', unit: 'ms', samples: all('pushToPod') },
      { what: 'push sent to push answered', unit: 'ms', samples: all('pushToAnswer') },
      { what: 'bare POST sent to Pod seen', unit: 'ms', samples: all('postToPod') },
      { what: 'bare POST sent to POST answered', unit: 'ms', samples: all('postToAnswer') },
      { what: 'two storage writes', unit: 'ms', samples: all('writes') },
      {
        what: 'push to Pod, less POST, less writes, round by round',
        unit: 'ms',
        samples: taken.map(round => round.pushToPod - round.postToPod - round.writes),
      },
    ],
    goals: [
      {
        what: `push to Pod, against POST + two writes + ${ownMs} ms`,
        unit: 'ms',
        value: launch,
        atMost: post + writes + ownMs,
      },
    ],
    notes: [
      `in all ${(launch / post).toFixed(2)} times the bare POST; the push's own way to the function is included`,
      'a Pod is "seen" when it arrives in a watch of the measuring process, for both; no node has room for these Pods',
    ],
  };
}
