import { startDeployment } from '../test/cluster/harness.ts';
import { clusterEnvironment } from '../test/cluster/support/environment.ts';
import { compareSides, kpoGoals } from './kpo/findings.ts';
import { KpoSide } from './kpo/kpo-side.ts';
import { type RoundCounts, Rounds } from './kpo/rounds.ts';
import { TaskpodSide } from './kpo/taskpod-side.ts';
import { image, sidecarImage } from './kpo/tasks.ts';
import { makeVenv } from './kpo/worker.ts';
import { lineBytes } from './support/numbered-log.ts';
import { PodMoments } from './support/pod-moments.ts';
import { connectBench } from './support/pod-times.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { parseCount } from './support/series.ts';

/** A label that both sides give their Pods. */
const bothSelector = 'kubernetes_pod_operator=True';

const option = (value: string) => ({ type: 'string', default: value }) as const;

await runBench('kpo', 30, measure, {
  alone: option('6'),
  anew: option('3'),
  together: option('2'),
  'at-once': option('20'),
  logs: option('2'),
  'living-logs': option('1'),
  'log-lines': option('200000'),
});

/** The same tasks on the same cluster, now by Airflow's KubernetesPodOperator, now by Taskpod. */
async function measure(context: BenchContext): Promise<Findings> {
  const counts = readCounts(context.options);
  context.progress('the environment with Airflow');
  const python = await makeVenv();
  const deployment = await startDeployment({ TASKPOD_XCOM_SIDECAR_IMAGE: sidecarImage });
  const pods = await connectBench();
  const moments = new PodMoments();
  const { kubeconfig } = clusterEnvironment();
  const namespace = deployment.namespace.name;
  let kpo: KpoSide | undefined;
  try {
    await moments.start(pods, namespace, bothSelector);
    kpo = await KpoSide.begin({ python, kubeconfig, namespace, moments });
    const rounds = new Rounds([kpo, await TaskpodSide.begin(deployment, moments)], deployment, context);
    await rounds.all(counts);
    const compared = compareSides(rounds.figures, counts);
    const goals = kpoGoals(compared, counts, rounds.figures);
    return { measured: [], compared, goals, notes: notes(kpo, counts) };
  } finally {
    await kpo?.stop();
    await moments.stop();
    await pods.close();
    await deployment.stop();
  }
}

function readCounts(options: BenchContext['options']): RoundCounts {
  const count = (name: string): number => parseCount(options[name], name);
  const lines = Number(options['log-lines']);
  if (!Number.isInteger(lines) || lines < 1_000 || lines > 1_000_000)
    throw new Error('--log-lines is a number from 1000 to 1000000');
  return {
    alone: count('alone'),
    anew: count('anew'),
    together: count('together'),
    atOnce: count('at-once'),
    logs: count('logs'),
    livingLogs: count('living-logs'),
    lines,
  };
}

function notes({ worker }: KpoSide, { lines }: RoundCounts): string[] {
  const { airflow, provider, cpuMs } = worker.start;
  return [
    `operator: Airflow ${airflow}, provider ${provider}, get_logs and do_xcom_push, not deferrable; its CPU is that of the task's own process, forked from a worker that has imported it (${Math.round(cpuMs)} ms of CPU)`,
    'Taskpod: CPU of launch and watch together, until the Turn is over; counted in steps of 10 ms for each',
    'go: execute() is about to be called, without any scheduler; the task is about to be published, Pub/Sub included',
    'result in hand: execute() has returned; outcome.json is written. Read: the operator has the value; return.json is written',
    'memory: of the worker and its tasks, of launch and watch; a page that several processes share counts once',
    `both: ${image}, a sidecar of ${sidecarImage}, the same node; the log has ${lines} lines of ${lineBytes} bytes`,
  ];
}
