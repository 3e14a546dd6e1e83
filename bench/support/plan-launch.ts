import { attemptPodName, makeRecord } from '../../functions/launch/attempt-plan.ts';
import { buildPod } from '../../functions/launch/build-pod.ts';
import { composePod } from '../../functions/launch/compose/compose-pod.ts';
import type { Claim } from '../../shared/claim.ts';
import { parseConfig } from '../../shared/config.ts';
import type { PodManifest } from '../../shared/kubernetes/pod.ts';
import { scopeName } from '../../shared/names.ts';
import { attemptObjects, openMarker } from '../../shared/object-names.ts';
import { isoTime } from '../../shared/time.ts';
import { parseTask } from '../../test/shared/task/parse-task.ts';

/** What launch sends for a task: the Pod, and the bodies and names of its two writes. */
export interface LaunchPlan {
  podName: string;
  manifest: PodManifest;
  writes: { name: string; body: string }[];
}

/** planLaunch makes, out of launch's own parts, what launch sends for a task in a deployment of this environment. */
export function planLaunch(document: object, env: Record<string, string>): LaunchPlan {
  const settings = parseConfig(env);
  const { bucket, cluster, defaultNamespace, namespaces } = settings;
  const messageId = 'bench';
  const data = Buffer.from(JSON.stringify(document));
  const parsed = parseTask(data, { messageId, defaultNamespace, namespaces });
  if (!parsed.ok) throw new Error(`the bench's task is refused: ${JSON.stringify(parsed.problems)}`);
  const { task, run } = parsed;
  const pod = composePod({ task, given: { ...document }, settings });
  const { namespace } = pod.metadata;
  const attempt = { ...run, tryNumber: 1 };
  const nowMs = Date.now();
  const record = makeRecord({
    task,
    pod,
    attempt,
    scope: scopeName(cluster, bucket, 0),
    nowMs,
    infrastructureRetries: 3,
  });
  const name = attemptPodName(pod, attempt, bucket);
  const claim: Claim = {
    version: 1,
    message_id: messageId,
    claimed_at: isoTime(nowMs),
    record,
    pod: { cluster, namespace, name },
    task: document,
  };
  return {
    podName: name,
    manifest: buildPod({ pod, record, namespace, name }),
    writes: [
      { name: openMarker(record.scope, attempt), body: JSON.stringify({ message_id: messageId }) },
      { name: attemptObjects(attempt).launch, body: `${JSON.stringify(claim)}\n` },
    ],
  };
}
