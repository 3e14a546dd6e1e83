import { onFinishActions } from '../../../shared/attempt-record.ts';
import { planted } from '../../secrets/planted.ts';
import type { ChaosTask, ContainerLog, Fate, Work } from './chaos-task.ts';
import type { Choices } from './choices.ts';
import { type LogPlan, printScript } from './log-output.ts';
import { resultScript, type XcomPlan, xcomOverheadBytes } from './xcom-output.ts';

/** The kinds of tasks on a real node; one that stands twice comes twice as often. */
export const realKinds = [
  'lines',
  'lines',
  'many-lines',
  'slow',
  'slow',
  'exit',
  'retry',
  'retry',
  'used-up',
  'never-again',
  'skip',
  'xcom',
  'xcom',
  'xcom-message',
  'xcom-odd',
  'init',
  'init-fails',
  'extra',
  'extra-fails',
] as const;

/** The kinds whose containers are told to end before their work is done. */
const stoppedKinds = ['too-long', 'cancelled', 'cancelled-again'] as const;

/** A kind of task whose containers run. */
export type RealKind = (typeof realKinds)[number] | (typeof stoppedKinds)[number];

const image = 'busybox:1.35';
const largestSeed = 2_147_483_646;
/** The largest result that its Pod's termination message takes. */
const messageBytes = 4_095;

/** What makes a task of one kind different from a plain one. */
interface Parts {
  base: LogPlan;
  work: Partial<Omit<Work, 'logs'>>;
  init?: LogPlan;
  extra?: LogPlan;
  retries?: ChaosTask['retries'];
  fate?: Fate;
  /** Parameters of the task. */
  more?: object;
}

/** realTask makes a task of busybox; all that is chosen in it comes from `choices`. */
export function realTask(
  kind: RealKind,
  { dagId, runId, taskId }: Pick<ChaosTask, 'dagId' | 'runId' | 'taskId'>,
  choices: Choices,
): ChaosTask {
  const { base, init, extra, retries = { count: 0, never: [] }, fate, ...parts } = partsOf(kind, choices);
  const logs: ContainerLog[] = [
    ...(init === undefined ? [] : [{ container: 'prepare', role: 'init' as const, plan: init }]),
    { container: 'base', role: 'base', plan: base },
    ...(extra === undefined ? [] : [{ container: 'helper', role: 'extra' as const, plan: extra }]),
  ];
  const none = { xcom: undefined, failures: 0, failCode: 0, lastCode: 0, skipCodes: [] };
  const work: Work = { logs, ...none, ...parts.work };
  // A Pod that is told to end is gone with its end.
  const onFinishAction =
    fate === undefined && choices.chance(0.2) ? choices.oneOf(onFinishActions) : 'delete_pod';
  const message = {
    dag_id: dagId,
    run_id: runId,
    task_id: taskId,
    image,
    cmds: ['sh', '-c', baseScript(base, work), 'task'],
    arguments: ['{{ ti.try_number }}'],
    env_vars: { PLANTED: planted.envValue },
    schedule_timeout_seconds: 3_600,
    startup_timeout_seconds: 3_600,
    retries: retries.count,
    retry_delay_seconds: choices.between(0, 3),
    on_finish_action: onFinishAction,
    do_xcom_push: work.xcom !== undefined,
    ...(retries.never.length === 0 ? {} : { no_retry_on: retries.never }),
    ...(work.skipCodes.length === 0 ? {} : { skip_on_exit_code: work.skipCodes }),
    ...(init === undefined ? {} : initContainer(init, work.initCode ?? 0)),
    ...(extra === undefined ? {} : extraContainer(extra, work.extraCode ?? 0)),
    ...parts.more,
  };
  return { dagId, runId, taskId, message, node: 'real', kind, onFinishAction, retries, work, fate };
}

function partsOf(kind: RealKind, choices: Choices): Parts {
  const code = choices.between(1, 120);
  switch (kind) {
    case 'lines':
      return { base: someLines(choices), work: {} };
    case 'many-lines':
      return { base: manyLines(choices), work: {} };
    case 'slow':
      return { base: slowLines(choices), work: { xcom: value(choices, 1_000) } };
    case 'exit':
      return { base: someLines(choices), work: { lastCode: code } };
    case 'retry': {
      const failures = choices.between(1, 3);
      const retries = { count: failures + choices.between(0, 2), never: [] };
      const work = { failures, failCode: code, xcom: value(choices, 20_000) };
      return { base: someLines(choices), work, retries };
    }
    case 'used-up': {
      const count = choices.between(1, 2);
      return { base: someLines(choices), work: { lastCode: code }, retries: { count, never: [] } };
    }
    case 'never-again':
      return { base: someLines(choices), work: { lastCode: code }, retries: { count: 2, never: [code] } };
    case 'skip':
      return {
        base: someLines(choices),
        work: { lastCode: code, skipCodes: [code] },
        retries: { count: 1, never: [] },
      };
    case 'xcom':
      return { base: someLines(choices), work: { xcom: value(choices, 300 * 1_024) } };
    case 'xcom-message': {
      const xcom = value(choices, messageBytes - xcomOverheadBytes);
      return { base: someLines(choices), work: { xcom }, more: { xcom_transport: 'termination_message' } };
    }
    case 'xcom-odd': {
      const odd = choices.oneOf(['none', 'empty', 'invalid'] as const);
      return { base: someLines(choices), work: { xcom: { ...value(choices, 1), kind: odd } } };
    }
    case 'init':
      return { base: someLines(choices), init: someLines(choices), work: {} };
    case 'init-fails':
      return {
        base: someLines(choices),
        init: someLines(choices),
        work: { initCode: code },
        retries: { count: choices.between(0, 1), never: [] },
      };
    case 'extra':
      return { base: someLines(choices), extra: slowLines(choices), work: { xcom: value(choices, 1_000) } };
    case 'extra-fails':
      return { base: someLines(choices), extra: someLines(choices), work: { extraCode: code } };
    case 'cancelled':
      return {
        base: endlessLines(choices),
        work: {},
        retries: { count: choices.between(1, 3), never: [] },
        fate: { kind: 'cancelled', afterMs: choices.between(2_000, 20_000), inTime: true },
        more: { termination_grace_period: 5 },
      };
    case 'cancelled-again':
      return {
        base: { ...someLines(choices), bursts: choices.between(1, 3) },
        work: { lastCode: code },
        retries: { count: 99, never: [] },
        fate: { kind: 'cancelled', afterMs: choices.between(3_000, 20_000), inTime: true },
      };
    case 'too-long':
      return {
        base: endlessLines(choices),
        work: {},
        retries: { count: choices.between(0, 1), never: [] },
        fate: { kind: 'deadline', deadline: 'execution' },
        more: { execution_timeout_seconds: choices.between(4, 10), termination_grace_period: 5 },
      };
  }
}

/** From nothing to some hundred lines, at once or over some seconds. */
function someLines(choices: Choices): LogPlan {
  return {
    seed: choices.between(1, largestSeed),
    bursts: choices.between(1, 5),
    linesPerBurst: choices.oneOf([0, 1, 10, 40, 100]),
    pauseSeconds: choices.between(0, 2),
    longLines: choices.chance(0.5),
    unfinished: choices.chance(0.3),
    stream: choices.oneOf(['stdout', 'stdout', 'stderr']),
  };
}

/** Some 10,000 lines over up to 20 s. */
function manyLines(choices: Choices): LogPlan {
  const bursts = choices.between(1, 10);
  return {
    ...someLines(choices),
    bursts,
    linesPerBurst: Math.ceil(choices.between(8_000, 12_000) / bursts),
    pauseSeconds: 2,
    longLines: false,
  };
}

/** A line each second, so that whatever happens meanwhile happens in the middle. */
function slowLines(choices: Choices): LogPlan {
  return { ...someLines(choices), bursts: choices.between(30, 60), linesPerBurst: 1, pauseSeconds: 1 };
}

/** A line each second for ten minutes, unless it is told to end. */
function endlessLines(choices: Choices): LogPlan {
  return { ...slowLines(choices), bursts: 600, stops: true };
}

function value(choices: Choices, most: number): XcomPlan {
  return { seed: choices.between(1, largestSeed), kind: 'value', letters: choices.between(0, most) };
}

function baseScript(plan: LogPlan, { xcom, failures, failCode, lastCode }: Work): string {
  return [
    printScript(plan),
    xcom === undefined ? 'true' : resultScript(xcom),
    `if [ "$1" -le ${failures} ]; then exit ${failCode}; fi`,
    `exit ${lastCode}`,
  ].join('\n');
}

function initContainer(plan: LogPlan, code: number): object {
  const command = ['sh', '-c', `${printScript(plan)}\nexit ${code}`, 'prepare', '0'];
  return { init_containers: [{ name: 'prepare', image, command }], init_container_logs: true };
}

function extraContainer(plan: LogPlan, code: number): object {
  const command = ['sh', '-c', `${printScript(plan)}\nexit ${code}`, 'helper', '{{ ti.try_number }}'];
  const full_pod_spec = { spec: { containers: [{}, { name: 'helper', image, command }] } };
  return { full_pod_spec, container_logs: true };
}
