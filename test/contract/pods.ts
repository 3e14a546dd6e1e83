import type { V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasCode } from '../../shared/errors.ts';
import {
  changesUntil,
  createPod,
  deadline,
  ended,
  endOf,
  freshName,
  logLines,
  logText,
  mainBeside,
  manifest,
  type PodsUnderTest,
  podWhen,
  readLog,
  readyVolume,
  running,
  saysReady,
  shell,
  sidecar,
  waitMs,
} from './pods-support.ts';

/**
 * podsContract is what every cluster behind the Pods port must do with Pods. `isolated` is false where containers are
 * plain processes: nothing is read-only then, and a first process ends by SIGTERM like any other.
 */
export function podsContract(title: string, open: () => Promise<PodsUnderTest>, isolated = true): void {
  describe.concurrent(`Pods: ${title}`, { timeout: waitMs }, () => {
    let under: PodsUnderTest;
    beforeAll(async () => {
      under = await open();
    }, waitMs);
    afterAll(() => under.close(), waitMs);

    const refusals: { problem: string; name: string; spec: V1PodSpec; fields: string[] }[] = [
      {
        problem: 'a bad name',
        name: 'Bad_Name',
        spec: { containers: [shell('base', '')] },
        fields: ['metadata.name'],
      },
      {
        problem: 'no image',
        name: 'no-image',
        spec: { containers: [{ name: 'base' }] },
        fields: ['spec.containers[0].image'],
      },
      { problem: 'no container', name: 'empty', spec: { containers: [] }, fields: ['spec.containers'] },
      {
        problem: 'several things at once',
        name: 'several',
        spec: {
          containers: [
            { name: 'A', image: 'x' },
            { name: 'b', volumeMounts: [{ name: 'none', mountPath: '/x' }] },
          ],
        },
        fields: [
          'spec.containers[0].name',
          'spec.containers[1].image',
          'spec.containers[1].volumeMounts[0].name',
        ],
      },
    ];
    test.for(refusals)(
      'a POST with $problem is refused, every cause named',
      async ({ name, spec, fields }) => {
        const { pods, namespace } = under;
        const result = await pods.create(namespace, manifest(namespace, name, spec), deadline());
        if (result.kind !== 'refused') throw new Error(result.kind);
        const { kind, status, reason, causes } = result;
        const causeFields = causes.map(cause => cause.field).sort();
        expect({ kind, status, reason, causeFields }).toEqual({
          kind: 'refused',
          status: 422,
          reason: 'Invalid',
          causeFields: fields,
        });
      },
    );

    test('a list has the Pods of its selector, and a version that grows', async () => {
      const { pods, namespace } = under;
      const group = freshName('group');
      const spec = { containers: [shell('base', 'exit 0')] };
      await createPod(under, `${group}-b`, spec, { group, part: 'b' });
      const one = await pods.list(namespace, `group=${group}`, deadline());
      await createPod(under, `${group}-a`, spec, { group, part: 'a' });
      const two = await pods.list(namespace, `group=${group}`, deadline());
      const onlyB = await pods.list(namespace, `group=${group},part in (b)`, deadline());
      const notB = await pods.list(namespace, `group=${group},part!=b`, deadline());

      const names = (list: typeof one): string[] => list.pods.map(pod => pod.metadata.name);
      expect([one, two, onlyB, notB].map(names)).toEqual([
        [`${group}-b`],
        [`${group}-a`, `${group}-b`],
        [`${group}-b`],
        [`${group}-a`],
      ]);
      expect(BigInt(two.resourceVersion) > BigInt(one.resourceVersion)).toBe(true);
    });

    test('a watch tells a Pod’s whole life in order, and can be resumed anywhere', async () => {
      const { pods, namespace } = under;
      const name = freshName('life');
      const selector = `life=${name}`;
      const before = await pods.list(namespace, selector, deadline());
      const script = 'trap "exit 7" TERM; echo ready; while :; do sleep 600 & wait $!; done';
      await createPod(under, name, { containers: [shell('base', script)] }, { life: name });
      await createPod(under, `${name}-other`, { containers: [shell('base', 'exit 0')] }, { life: 'no' });
      const watch = pods.watch(namespace, selector, before.resourceVersion, deadline());
      const { uid } = (await running(under, name)).metadata;
      await saysReady(under, name);
      await pods.remove(namespace, name, { uid, gracePeriodSeconds: 20, signal: deadline() });
      const all = await changesUntil(watch, name, change => change.type === 'DELETED');

      const types = all.map(change => change.type);
      expect(types).toEqual(['ADDED', ...types.slice(2).map(() => 'MODIFIED'), 'DELETED']);
      expect(new Set(all.map(change => change.pod.metadata.uid))).toEqual(new Set([uid]));
      const versions = all.map(change => BigInt(change.pod.metadata.resourceVersion));
      expect(versions).toEqual(versions.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(all[0]?.pod.status.phase).toBe('Pending');
      const last = all.at(-1)?.pod;
      expect(last?.metadata.deletionTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(last && endOf(last, 'base')).toEqual({ exitCode: 7, reason: 'Error' });

      for (const from of [0, 1, all.length - 2]) {
        const version = all[from]?.pod.metadata.resourceVersion ?? '';
        const resumed = pods.watch(namespace, selector, version, deadline());
        const rest = await changesUntil(resumed, name, change => change.type === 'DELETED');
        expect(rest).toEqual(all.slice(from + 1));
      }
    });

    const exits = [
      { script: 'exit 0', phase: 'Succeeded', end: { exitCode: 0, reason: 'Completed' } },
      { script: 'exit 3', phase: 'Failed', end: { exitCode: 3, reason: 'Error' } },
      {
        script: "sh -c 'kill -9 $$$$; :'; exit $?",
        phase: 'Failed',
        end: { exitCode: 137, reason: 'Error' },
      },
    ];
    test.for(exits)('"$script" ends as $phase', async ({ script, phase, end }) => {
      const name = freshName('exit');
      await createPod(under, name, { containers: [shell('base', script)] });
      const pod = await ended(under, name);
      expect({ phase: pod.status.phase, end: endOf(pod, 'base') }).toEqual({ phase, end });
    });

    test('a command that does not exist is a failed start', async () => {
      const name = freshName('nocommand');
      await createPod(under, name, { containers: [shell('base', '', { command: ['no-such-command'] })] });
      const pod = await ended(under, name);
      const { message = '', ...end } = endOf(pod, 'base') ?? {};
      expect({ phase: pod.status.phase, end }).toEqual({
        phase: 'Failed',
        end: { exitCode: 128, reason: 'StartError' },
      });
      expect(message).toContain('exec: "no-such-command": executable file not found in $PATH');
    });

    test('a sidecar is told to end when main has ended, and then the Pod ends alone', async () => {
      const name = freshName('sidecar');
      await createPod(under, name, {
        initContainers: [sidecar('helper', 'echo goodbye; cat /shared/result')],
        containers: [
          mainBeside(['helper'], 'echo 42 >/shared/result; exit 5', [
            { name: 'shared', mountPath: '/shared' },
          ]),
        ],
        volumes: [readyVolume, { name: 'shared', emptyDir: {} }],
      });
      // The sidecar cannot see the volume: only what it prints by itself counts.
      const seen = await podWhen(under, name, pod => endOf(pod, 'base') !== undefined);
      expect(endOf(seen, 'base')).toEqual({ exitCode: 5, reason: 'Error' });
      expect(seen.status.phase).toBe('Running');
      expect(logText(await readLog(under, { pod: name, container: 'helper', follow: true }))).toMatch(
        /^goodbye\n/,
      );
      const pod = await ended(under, name);
      expect({
        phase: pod.status.phase,
        restarts: pod.status.initContainerStatuses?.[0]?.restartCount,
      }).toEqual({
        phase: 'Failed',
        restarts: 0,
      });
    });

    test('sidecars end in the reverse of their order', async () => {
      const name = freshName('reverse');
      await createPod(under, name, {
        initContainers: [sidecar('first', 'echo end'), sidecar('second', 'sleep 1; echo end')],
        containers: [mainBeside(['first', 'second'], 'exit 0')],
        volumes: [readyVolume],
      });
      await ended(under, name);
      const [first, second] = await Promise.all(
        ['first', 'second'].map(async container => {
          const [line] = logLines(await readLog(under, { pod: name, container, follow: false }));
          return line ?? { time: '', text: '' };
        }),
      );
      expect([first?.text, second?.text]).toEqual(['end\n', 'end\n']);
      expect((second?.time ?? '') < (first?.time ?? '')).toBe(true);
    });

    test('a sidecar that dies while main runs is started again', async () => {
      const name = freshName('restart');
      const volumeMounts = [{ name: 'work', mountPath: '/scratch/here' }];
      const script =
        '[ -e /scratch/here/died ] || { touch /scratch/here/died; exit 1; }; touch /scratch/here/again';
      await createPod(under, name, {
        initContainers: [
          shell('helper', `${script}; trap 'exit 0' TERM; while :; do sleep 1; done`, {
            restartPolicy: 'Always',
            volumeMounts,
          }),
        ],
        containers: [shell('base', 'until [ -e /scratch/here/again ]; do sleep 1; done', { volumeMounts })],
        volumes: [{ name: 'work', emptyDir: {} }],
      });
      const pod = await ended(under, name);
      const restarts = pod.status.initContainerStatuses?.[0]?.restartCount;
      expect({ phase: pod.status.phase, restarts }).toEqual({ phase: 'Succeeded', restarts: 1 });
    });

    const messages = [
      { what: 'what it wrote', script: 'printf hello >/dev/termination-log', more: {}, message: 'hello' },
      {
        what: 'what stands at its own path',
        script: 'printf \'{"a":1}\' >/airflow/xcom/return.json',
        more: { terminationMessagePath: '/airflow/xcom/return.json' },
        message: '{"a":1}',
      },
      {
        what: 'at most 4,096 bytes',
        script: 'head -c 5000 /dev/zero | tr "\\0" x >/dev/termination-log',
        more: {},
        message: 'x'.repeat(4_096),
      },
      {
        what: 'the end of the log of a failure, when wanted',
        script: 'echo one; echo two; exit 1',
        more: { terminationMessagePolicy: 'FallbackToLogsOnError' },
        message: 'one\ntwo\n',
      },
    ];
    test.for(messages)('the termination message is $what', async ({ script, more, message }) => {
      const name = freshName('message');
      await createPod(under, name, { containers: [shell('base', script, more)] });
      expect(endOf(await ended(under, name), 'base')?.message).toBe(message);
    });

    test('activeDeadlineSeconds ends the Pod, by force in the end', async () => {
      const name = freshName('deadline');
      await createPod(under, name, {
        activeDeadlineSeconds: 2,
        terminationGracePeriodSeconds: 1,
        // The shell is the first process and has no handler: SIGTERM does nothing.
        containers: [shell('base', 'sleep 600; echo over')],
      });
      const pod = await ended(under, name);
      const { phase, reason } = pod.status;
      expect({ phase, reason, end: endOf(pod, 'base') }).toEqual({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        end: { exitCode: isolated ? 137 : 143, reason: 'Error' },
      });
    });

    test('init containers run in their order, and share an emptyDir with main', async () => {
      const name = freshName('order');
      const volumeMounts = [{ name: 'work', mountPath: '/scratch/here' }];
      await createPod(under, name, {
        initContainers: [
          shell('one', 'sleep 1; echo one >>/scratch/here/list', { volumeMounts }),
          shell('two', 'echo two >>/scratch/here/list', { volumeMounts }),
        ],
        containers: [
          shell('base', 'cat list; echo no >/ro/x || exit 4', {
            workingDir: '/scratch/here',
            volumeMounts: [...volumeMounts, { name: 'work', mountPath: '/ro', readOnly: true }],
          }),
        ],
        volumes: [{ name: 'work', emptyDir: {} }],
      });
      const pod = await ended(under, name);
      const log = logText(await readLog(under, { pod: name, container: 'base', follow: false }));
      // A real runtime does not keep the order between the two outputs.
      const list = log.split('\n').filter(line => line !== '' && !/read-only/i.test(line));
      expect(list).toEqual(['one', 'two']);
      expect(/read-only file system/i.test(log)).toBe(isolated);
      const codes = ['one', 'two', 'base'].map(container => endOf(pod, container)?.exitCode);
      expect(codes).toEqual([0, 0, isolated ? 4 : 0]);
    });

    test('an init container that fails ends the Pod before main has run', async () => {
      const name = freshName('initfails');
      await createPod(under, name, {
        initContainers: [shell('prepare', 'exit 9')],
        containers: [shell('base', 'exit 0')],
      });
      const pod = await ended(under, name);
      expect({
        phase: pod.status.phase,
        ends: ['prepare', 'base'].map(c => endOf(pod, c)?.exitCode),
      }).toEqual({
        phase: 'Failed',
        ends: [9, undefined],
      });
    });

    test('Secrets and ConfigMaps come as variables and as files', async () => {
      const name = freshName('config');
      await under.createConfig('secrets', name, { data: { key: Buffer.from('s3cret').toString('base64') } });
      await under.createConfig('configmaps', name, { data: { 'app.conf': 'a=1\n', MODE: 'fast' } });
      const script = [
        'echo "$SECRET $FROM_MODE $POD $COMPOSED"',
        'cat /etc/app/app.conf /etc/secret/renamed /one/app.conf',
        'echo x 2>/dev/null >/etc/app/new || echo refused',
      ].join('; ');
      await createPod(under, name, {
        containers: [
          shell('base', script, {
            env: [
              { name: 'SECRET', valueFrom: { secretKeyRef: { name, key: 'key' } } },
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'COMPOSED', value: '$(POD):$$(POD):$(NONE)' },
              {
                name: 'ABSENT',
                valueFrom: { configMapKeyRef: { name: 'nowhere', key: 'x', optional: true } },
              },
            ],
            envFrom: [{ prefix: 'FROM_', configMapRef: { name } }],
            volumeMounts: [
              { name: 'conf', mountPath: '/etc/app' },
              { name: 'secret', mountPath: '/etc/secret' },
              { name: 'conf', mountPath: '/one/app.conf', subPath: 'app.conf' },
            ],
          }),
        ],
        volumes: [
          { name: 'conf', configMap: { name } },
          { name: 'secret', secret: { secretName: name, items: [{ key: 'key', path: 'renamed' }] } },
        ],
      });
      const log = logText(await readLog(under, { pod: name, container: 'base', follow: true }));
      expect(log).toBe(
        `s3cret fast ${name} ${name}:$(POD):$(NONE)\na=1\ns3creta=1\n${isolated ? 'refused\n' : ''}`,
      );
    });

    test('a variable from a Secret that is not there keeps the container waiting, and its log is not ready', async () => {
      const name = freshName('missing');
      const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'nowhere', key: 'x' } } }];
      await createPod(under, name, { containers: [shell('base', 'exit 0', { env })] });
      const pod = await podWhen(
        under,
        name,
        ({ status }) =>
          status.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
      );
      expect({ phase: pod.status.phase, state: pod.status.containerStatuses?.[0]?.state }).toEqual({
        phase: 'Pending',
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "nowhere" not found' } },
      });
      const request = { namespace: under.namespace, pod: name, container: 'base', follow: true };
      const failure = await under.pods.openLog(request, deadline()).catch((error: unknown) => error);
      expect(hasCode(failure, 'log_not_ready')).toBe(true);
    });
  });
}
