import { describe, expect, test } from 'vitest';
import { baseContainer, judge, type PodByHand } from '../judge.ts';
import { judgeTask } from '../judge-task.ts';

const policy = { podSecurity: 'restricted' } as const;
const refused = (path: string, control: string, action: string) => ({
  path,
  message: `is refused by the Pod Security Standard "restricted" (${control}): ${action}`,
});
const base = 'spec.containers.0.securityContext';
const nonRoot = (path: string) => refused(path, 'Running as Non-root', 'set it to true');
const user = (path: string) => refused(path, 'Running as Non-root user', 'use another user than 0');
const escalation = (at: string) =>
  refused(`${at}.allowPrivilegeEscalation`, 'Privilege Escalation', 'set it to false');
const seccomp = (at: string) => refused(`${at}.seccompProfile.type`, 'Seccomp', 'set it to RuntimeDefault');
const drop = (at: string) => refused(`${at}.capabilities.drop`, 'Capabilities', 'set it to ["ALL"]');
const baseline = (path: string, control: string) => ({
  path,
  message: `is refused by the Pod Security Standard "baseline" (${control}): remove it`,
});

const careful = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};
type Fields = Record<string, unknown>;
/** A Pod that is right but for these fields. */
const pod = (container: Fields, spec: Fields = {}): PodByHand => ({
  spec: { containers: [{ ...baseContainer, securityContext: { ...careful, ...container } }], ...spec },
  policy,
});
const without = (...fields: (keyof typeof careful)[]): Fields =>
  Object.fromEntries(fields.map(field => [field, undefined]));
const inPod = (securityContext: Fields): Fields => ({ securityContext });

describe('refused', () => {
  test.each<{ name: string; pod: PodByHand; problems: ReturnType<typeof refused>[] }>([
    {
      name: 'a Pod that says nothing',
      pod: { policy },
      problems: [nonRoot(`${base}.runAsNonRoot`), escalation(base), seccomp(base), drop(base)],
    },
    ...['nfs', 'image', 'gcePersistentDisk', 'iscsi'].map(kind => ({
      name: kind,
      pod: pod(
        {},
        {
          volumes: [
            { name: 'a', emptyDir: {} },
            { name: 'b', [kind]: {} },
          ],
        },
      ),
      problems: [refused(`spec.volumes.1.${kind}`, 'Volume Types', 'use another kind of volume')],
    })),
    {
      name: 'hostPath, once',
      pod: pod({}, { volumes: [{ name: 'a', hostPath: { path: '/' } }] }),
      problems: [baseline('spec.volumes.0.hostPath', 'HostPath Volumes')],
    },
    {
      name: 'no word on root',
      pod: pod(without('runAsNonRoot')),
      problems: [nonRoot(`${base}.runAsNonRoot`)],
    },
    { name: 'root allowed', pod: pod({ runAsNonRoot: false }), problems: [nonRoot(`${base}.runAsNonRoot`)] },
    {
      name: 'root allowed against the Pod',
      pod: pod({ runAsNonRoot: false }, inPod({ runAsNonRoot: true })),
      problems: [nonRoot(`${base}.runAsNonRoot`)],
    },
    {
      name: 'root allowed in the Pod',
      pod: pod({}, inPod({ runAsNonRoot: false })),
      problems: [nonRoot('spec.securityContext.runAsNonRoot')],
    },
    { name: 'the user 0', pod: pod({ runAsUser: 0 }), problems: [user(`${base}.runAsUser`)] },
    {
      name: 'the user 0 of the Pod',
      pod: pod({}, inPod({ runAsUser: 0 })),
      problems: [user('spec.securityContext.runAsUser')],
    },
    ...[undefined, null, true].map(allowPrivilegeEscalation => ({
      name: `escalation: ${allowPrivilegeEscalation}`,
      pod: pod({ allowPrivilegeEscalation }),
      problems: [escalation(base)],
    })),
    { name: 'no profile', pod: pod(without('seccompProfile')), problems: [seccomp(base)] },
    {
      name: 'a profile that counts for nothing',
      pod: pod(without('seccompProfile'), inPod({ seccompProfile: { type: 'Unconfined' } })),
      problems: [baseline('spec.securityContext.seccompProfile.type', 'Seccomp'), seccomp(base)],
    },
    {
      name: 'no profile, once',
      pod: pod({ seccompProfile: { type: 'Unconfined' } }),
      problems: [baseline(`${base}.seccompProfile.type`, 'Seccomp')],
    },
    ...[undefined, {}, { drop: [] }, { drop: ['NET_RAW'] }, { drop: 'ALL' }].map(capabilities => ({
      name: `capabilities: ${JSON.stringify(capabilities)}`,
      pod: pod({ capabilities }),
      problems: [drop(base)],
    })),
    {
      name: 'capabilities added',
      pod: pod({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN', 'SYS_ADMIN'] } }),
      problems: [
        baseline(`${base}.capabilities.add.2`, 'Capabilities'),
        refused(`${base}.capabilities.add.1`, 'Capabilities', 'remove it'),
      ],
    },
    {
      name: 'what only Linux has, but not the rest, is left out on Windows',
      pod: { spec: { os: { name: 'windows' } }, policy },
      problems: [nonRoot(`${base}.runAsNonRoot`)],
    },
    {
      name: 'another system is no way around',
      pod: pod(without('seccompProfile'), { os: { name: 'linux' } }),
      problems: [seccomp(base)],
    },
  ])('$name', ({ pod: given, problems }) => {
    expect(judge(given)).toEqual({ invalid: [], refused: problems });
  });

  test.each(['initContainers', 'ephemeralContainers'])('in %s', kind => {
    const at = `spec.${kind}.0.securityContext`;
    const found = judge(pod({}, { [kind]: [{ name: 'a', image: 'a' }] })).refused;
    expect(found).toEqual([nonRoot(`${at}.runAsNonRoot`), escalation(at), seccomp(at), drop(at)]);
  });
});

describe('allowed', () => {
  test.each<{ name: string; pod: PodByHand }>([
    { name: 'a careful container', pod: pod({}) },
    { name: 'a port below 1024', pod: pod({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }) },
    { name: 'a profile of the node', pod: pod({ seccompProfile: { type: 'Localhost' } }) },
    {
      name: 'what the Pod says for its containers',
      pod: pod(
        without('runAsNonRoot', 'seccompProfile'),
        inPod({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }),
      ),
    },
    { name: 'another user', pod: pod({ runAsUser: 1 }) },
    {
      name: 'every kind of volume that the standard names',
      pod: pod(
        {},
        {
          volumes: [
            'configMap',
            'csi',
            'downwardAPI',
            'emptyDir',
            'ephemeral',
            'persistentVolumeClaim',
            'projected',
            'secret',
          ].map((kind, index) => ({ name: `v${index}`, [kind]: {} })),
        },
      ),
    },
    { name: 'a volume without a source', pod: pod({}, { volumes: [{ name: 'a' }] }) },
  ])('$name', ({ pod: given }) => {
    expect(judge(given)).toEqual({ invalid: [], refused: [] });
  });
});

describe('a task', () => {
  const say = (control: string, action: string) =>
    `is refused by the Pod Security Standard "restricted" (${control}): ${action}`;

  test('is told its parameters', () => {
    const init_containers = [{ name: 'a', image: 'a', securityContext: careful }];
    const { refused: problems } = judgeTask({ init_containers }, { policy });
    expect(problems).toEqual([
      `container_security_context.runAsNonRoot: ${say('Running as Non-root', 'set it to true')}`,
      `container_security_context.allowPrivilegeEscalation: ${say('Privilege Escalation', 'set it to false')}`,
      `container_security_context.seccompProfile.type: ${say('Seccomp', 'set it to RuntimeDefault')}`,
      `container_security_context.capabilities.drop: ${say('Capabilities', 'set it to ["ALL"]')}`,
    ]);
  });

  test('may push an XCom: the sidecar is not the task’s', () => {
    const keys = { container_security_context: careful, do_xcom_push: true };
    expect(judgeTask(keys, { policy })).toEqual({ invalid: [], refused: [] });
  });

  test('answers for a security context that it gives the sidecar', () => {
    const keys = {
      container_security_context: careful,
      do_xcom_push: true,
      xcom_sidecar_container_security_context: {
        ...careful,
        privileged: true,
        allowPrivilegeEscalation: true,
      },
    };
    expect(judgeTask(keys, { policy }).refused).toEqual([
      'xcom_sidecar_container_security_context.privileged: is refused by the Pod Security Standard "baseline" (Privileged Containers): remove it',
      `xcom_sidecar_container_security_context.allowPrivilegeEscalation: ${say('Privilege Escalation', 'set it to false')}`,
    ]);
  });
});
