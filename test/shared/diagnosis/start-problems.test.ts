import { expect, test } from 'vitest';
import { diagnose, type EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { diagnosis, type ReasonCode } from '../../../shared/diagnosis/reasons.ts';
import { startProblem } from '../../../shared/diagnosis/waiting.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { readFixture } from './fixture.ts';

/** What each Pod that has not started is explained with; `fails` absent: nothing is known to be wrong from its status alone. */
const cases: {
  name: string;
  fails?: 'now' | 'soon' | 'later';
  cause: EndCause;
  reason: ReasonCode;
  summary: string;
  detail?: string;
}[] = [
  {
    name: 'claim-missing',
    cause: 'schedule_timeout',
    reason: 'unschedulable',
    summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 120s.',
    detail: 'Unschedulable: 0/6 nodes are available: persistentvolumeclaim "none" not found. not found',
  },
  {
    name: 'config-map-key-missing',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'key_missing',
    summary: 'The ConfigMap "there" has no key "k".',
    detail: "CreateContainerConfigError: couldn't find key k in ConfigMap tasks/there",
  },
  {
    name: 'config-map-missing',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'config_map_missing',
    summary: 'The ConfigMap "none" does not exist.',
    detail: 'CreateContainerConfigError: configmap "none" not found',
  },
  {
    name: 'config-map-missing-init',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'config_map_missing',
    summary: 'The ConfigMap "none" does not exist.',
    detail: 'CreateContainerConfigError: configmap "none" not found',
  },
  {
    name: 'config-map-volume-missing',
    cause: 'cannot_start',
    reason: 'config_map_missing',
    summary: 'The ConfigMap "none" does not exist.',
    detail: 'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "none" not found',
  },
  {
    name: 'image-forbidden',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_allowed',
    summary: 'The registry refuses the image registry.test/answers-403/x:1 of base.',
    detail:
      'ErrImagePull: failed to pull and unpack image "registry.test/answers-403/x:1": failed to resolve reference "registry.test/answers-403/x:1": pulling from host 127.0.0.1:5000 failed with status code [manifests 1]: 403 Forbidden',
  },
  {
    name: 'image-never-pulled',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_present',
    summary: 'The image of base is not on the node, and image_pull_policy is Never.',
    detail: 'ErrImageNeverPull: Container image "lab.test/absent:1" is not present with pull policy of Never',
  },
  {
    name: 'image-not-found',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_found',
    summary: 'The image lab.test/no-such-image:1 of base does not exist.',
    detail:
      'ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "lab.test/no-such-image:1": failed to resolve reference "lab.test/no-such-image:1": lab.test/no-such-image:1: not found',
  },
  {
    name: 'image-not-found-back-off',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_found',
    summary: 'The image lab.test/no-such-image:2 of base does not exist.',
    detail:
      'ImagePullBackOff: Back-off pulling image "lab.test/no-such-image:2": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "lab.test/no-such-image:2": failed to resolve reference "lab.test/no-such-image:2": lab.test/no-such-image:2: not found',
  },
  {
    name: 'image-not-found-init',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_found',
    summary: 'The image lab.test/no-such:1 of fetch does not exist.',
    detail:
      'ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "lab.test/no-such:1": failed to resolve reference "lab.test/no-such:1": lab.test/no-such:1: not found',
  },
  {
    name: 'image-token-forbidden',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_allowed',
    summary: 'The registry refuses the image registry.test/token-403/x:1 of base.',
    detail:
      'ImagePullBackOff: Back-off pulling image "registry.test/token-403/x:1": ErrImagePull: failed to pull and unpack image "registry.test/token-403/x:1": failed to resolve reference "registry.test/token-403/x:1": failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden',
  },
  {
    name: 'image-token-unauthorized',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_allowed',
    summary: 'The registry refuses the image registry.test/token-401/x:1 of base.',
    detail:
      'ErrImagePull: failed to pull and unpack image "registry.test/token-401/x:1": failed to resolve reference "registry.test/token-401/x:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
  },
  {
    name: 'image-unauthorized',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_not_allowed',
    summary: 'The registry refuses the image registry.test/answers-401/x:1 of base.',
    detail:
      'ErrImagePull: failed to pull and unpack image "registry.test/answers-401/x:1": failed to resolve reference "registry.test/answers-401/x:1": pulling from host 127.0.0.1:5000 failed with status code [manifests 1]: 401 Unauthorized',
  },
  {
    name: 'invalid-image-name',
    fails: 'now',
    cause: 'cannot_start',
    reason: 'image_name_invalid',
    summary: 'The image’s name of base is not valid.',
    detail:
      'InvalidImageName: Failed to apply default image tag "Not A Name": couldn\'t parse image name "Not A Name": invalid reference format: repository name (library/Not A Name) must be lowercase',
  },
  {
    name: 'registry-rate-limited',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'registry_rate_limited',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The registry of the image registry.test/answers-429/x:1 of base has had too many requests.\nErrImagePull: failed to pull and unpack image "registry.test/answers-429/x:1": failed to resolve reference "registry.test/answers-429/x:1": pulling from host 127.0.0.1:5000 failed with status code [manifests 1]: 429 Too Many Requests',
  },
  {
    name: 'registry-token-unavailable',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'registry_unavailable',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The registry of the image registry.test/token-503/x:1 of base cannot be reached.\nErrImagePull: failed to pull and unpack image "registry.test/token-503/x:1": failed to resolve reference "registry.test/token-503/x:1": failed to authorize: failed to fetch anonymous token: unexpected status: 503 Service Unavailable',
  },
  {
    name: 'registry-unavailable',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'registry_unavailable',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The registry of the image registry.test/answers-503/x:1 of base cannot be reached.\nImagePullBackOff: Back-off pulling image "registry.test/answers-503/x:1": ErrImagePull: failed to pull and unpack image "registry.test/answers-503/x:1": failed to resolve reference "registry.test/answers-503/x:1": pulling from host 127.0.0.1:5000 failed with status code [manifests 1]: 503 Service Unavailable',
  },
  {
    name: 'run-as-non-root-refused',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'container_config_error',
    summary: 'The configuration of the container base is not valid.',
    detail:
      'CreateContainerConfigError: container has runAsNonRoot and image will run as root (pod: "run-as-non-root-refused_tasks(fce4fe77-0fdf-41ac-a34a-d5e9c7f92a18)", container: base)',
  },
  {
    name: 'scheduling-gated',
    cause: 'schedule_timeout',
    reason: 'schedule_timeout',
    summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 120s.',
    detail: 'SchedulingGated: Scheduling is blocked due to non-empty scheduling gates',
  },
  {
    name: 'secret-key-missing',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'key_missing',
    summary: 'The Secret "there" has no key "k".',
    detail: "CreateContainerConfigError: couldn't find key k in Secret tasks/there",
  },
  {
    name: 'secret-missing',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'secret_missing',
    summary: 'The secret "none" does not exist.',
    detail: 'CreateContainerConfigError: secret "none" not found',
  },
  {
    name: 'secret-missing-env-from',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'secret_missing',
    summary: 'The secret "none" does not exist.',
    detail: 'CreateContainerConfigError: secret "none" not found',
  },
  {
    name: 'secret-missing-twice-tried',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'secret_missing',
    summary: 'The secret "none" does not exist.',
    detail: 'CreateContainerConfigError: secret "none" not found',
  },
  {
    name: 'secret-volume-key-missing',
    cause: 'cannot_start',
    reason: 'key_missing',
    summary: 'A secret or ConfigMap of a volume has no key "k".',
    detail: 'FailedMount: MountVolume.SetUp failed for volume "v" : references non-existent secret key: k',
  },
  {
    name: 'secret-volume-missing',
    cause: 'cannot_start',
    reason: 'secret_missing',
    summary: 'The secret "none" does not exist.',
    detail: 'FailedMount: MountVolume.SetUp failed for volume "v" : secret "none" not found',
  },
  {
    name: 'unschedulable-cpu',
    cause: 'schedule_timeout',
    reason: 'unschedulable',
    summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 120s.',
    detail:
      'Unschedulable: 0/6 nodes are available: 1 Insufficient cpu, 5 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.',
  },
  {
    name: 'unschedulable-node-selector',
    cause: 'schedule_timeout',
    reason: 'unschedulable',
    summary: 'Pod took too long to be scheduled on the cluster, giving up. More than 120s.',
    detail:
      "Unschedulable: 0/7 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 6 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/7 nodes are available: 7 Preemption is not helpful for scheduling.",
  },
  {
    name: 'volume-not-mountable',
    cause: 'start_timeout',
    reason: 'volume_mount_failed',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'A volume of the Pod cannot be mounted.\nFailedMount: MountVolume.SetUp failed for volume "v" : hostPath type check failed: /no/such/folder is not a directory',
  },
  {
    name: 'written-back-off-before-1-32',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'image_not_found',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The image registry.example/task:1 of base does not exist.\nImagePullBackOff: Failed to pull image "registry.example/task:1": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/task:1": failed to resolve reference "registry.example/task:1": registry.example/task:1: not found',
  },
  {
    name: 'written-create-container-error',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'container_create_error',
    summary: 'The container base cannot be created.',
    detail:
      'CreateContainerError: failed to generate container "abc" spec: failed to generate spec: no command specified',
  },
  {
    name: 'written-create-container-slow',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'container_create_error',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The container base cannot be created.\nCreateContainerError: failed to reserve container name "base_x": name "base_x" is reserved for "abc"',
  },
  {
    name: 'written-run-container-error',
    fails: 'soon',
    cause: 'cannot_start',
    reason: 'start_error',
    summary: 'The container base cannot be started.',
    detail: 'RunContainerError: failed to start container: exec format error',
  },
  {
    name: 'written-secret-cache-slow',
    fails: 'later',
    cause: 'start_timeout',
    reason: 'container_config_error',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The configuration of the container base is not valid.\nCreateContainerConfigError: failed to sync secret cache: timed out waiting for the condition',
  },
];

test.each(cases)('$name: $reason', ({ name, fails, cause, reason, ...text }) => {
  const { pod, gone, events } = readFixture(name);
  const found = diagnose({ cause, record: makeRecord(), pod, gone, events, ignored: [] });
  expect(found).toEqual(diagnosis(reason, text));
  expect(startProblem(pod, [])?.fails).toBe(fails);
});
