import { pipeline } from 'node:stream/promises';
import type { ContainerLog, LogQuery } from '../kubelet/container-log.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { EmulatedPod } from '../pod.ts';
import type { Answer, Call } from './call.ts';
import { badRequest, invalid } from './status.ts';

/** sendLog answers GET on a Pod's log: one container, as the kubelet does. Throws a 400 or 422. */
export async function sendLog(
  call: Call,
  pod: EmulatedPod,
  kubelet: Kubelet,
  nowMs: number,
): Promise<Answer> {
  const query = readLogQuery(call.query, pod.metadata.name, nowMs);
  if (pod.spec.nodeName === undefined) {
    // As the API server, which has no kubelet to ask then.
    call.response.writeHead(204).end();
    return 'streamed';
  }
  const log = findLog(pod, kubelet, call.query);
  call.response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  call.response.flushHeaders();
  try {
    await pipeline(log.read(query, call.closed), call.response, { signal: call.closed });
  } catch {
    // The reader has gone, or the emulator closes: a stream that is cut is all that can be told.
    call.response.destroy();
  }
  return 'streamed';
}

/** readLogQuery reads the parameters of a log request. Throws a 400 or 422. */
export function readLogQuery(query: URLSearchParams, podName: string, nowMs: number): LogQuery {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const value = Number(text);
    if (!Number.isInteger(value)) throw badRequest(`${name}: ${JSON.stringify(text)} is not a whole number`);
    if (value >= 0) return value;
    const message = `Invalid value: ${value}: must be greater than or equal to 0`;
    throw invalid('PodLogOptions', podName, [{ reason: 'FieldValueInvalid', message, field: name }]);
  };
  const flag = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
  const sinceSeconds = number('sinceSeconds');
  const tailLines = number('tailLines');
  const limitBytes = number('limitBytes');
  const sinceSecond =
    sinceSeconds === undefined
      ? readSinceTime(query.get('sinceTime'))
      : new Date(nowMs - sinceSeconds * 1_000).toISOString().slice(0, 19);
  return {
    follow: flag('follow'),
    timestamps: flag('timestamps'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceSecond === undefined ? {} : { sinceSecond }),
  };
}

/** As the API server, which forwards sinceTime without its fraction (kubernetes/kubernetes#77856). */
function readSinceTime(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  const isRfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = Date.parse(text.replace(/\.\d+/, ''));
  if (!isRfc3339 || Number.isNaN(ms)) {
    const layout = JSON.stringify('2006-01-02T15:04:05Z07:00');
    throw badRequest(`parsing time ${JSON.stringify(text)} as ${layout}: cannot parse`);
  }
  return new Date(ms).toISOString().slice(0, 19);
}

function findLog(pod: EmulatedPod, kubelet: Kubelet, query: URLSearchParams): ContainerLog {
  const { name } = pod.metadata;
  const containers = [...pod.spec.initContainers, ...pod.spec.containers];
  const wanted = query.get('container') || defaultContainer(pod);
  if (!containers.some(container => container.name === wanted)) {
    throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const run = kubelet.container(pod, wanted);
  if (query.get('previous') === 'true') {
    if (run?.previousLog !== undefined) return run.previousLog;
    throw badRequest(`previous terminated container "${wanted}" in pod "${name}" not found`);
  }
  if (run?.log !== undefined) return run.log;
  const reason = run?.facts.state.waiting?.reason ?? 'ContainerCreating';
  throw badRequest(`container "${wanted}" in pod "${name}" is waiting to start: ${reason}`);
}

/** With one main container it is meant; with more, the caller has to say which. */
function defaultContainer(pod: EmulatedPod): string {
  const { containers, initContainers } = pod.spec;
  const [only, ...more] = containers;
  if (only !== undefined && more.length === 0) return only.name;
  const choice = containers.map(container => container.name).join(' ');
  const init = initContainers.map(container => container.name).join(' ');
  const also = init === '' ? '' : ` or one of the init containers: [${init}]`;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${choice}]${also}`,
  );
}
