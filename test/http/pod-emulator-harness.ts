import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type PodEmulatorOptions, startPodEmulator } from '../../local/pods/server.ts';
import { systemClock } from '../../shared/time.ts';

const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), uid: z.string() }),
  status: z.looseObject({
    phase: z.string(),
    containerStatuses: z
      .array(
        z.looseObject({
          name: z.string(),
          restartCount: z.number(),
          state: z.looseObject({
            waiting: z.looseObject({ reason: z.string() }).optional(),
            running: z.looseObject({}).optional(),
            terminated: z.looseObject({ exitCode: z.number() }).optional(),
          }),
        }),
      )
      .default([]),
  }),
});
export type SeenPod = z.output<typeof podSchema>;

/** An emulator of one test, spoken to by plain HTTP. */
export interface EmulatorHarness {
  url: string;
  folder: string;
  kubeconfigPath: string;
  notice: string | undefined;
  /** The answer to one call below /api/v1/namespaces/test/. */
  call(method: string, path: string, body?: unknown): Promise<{ code: number; json: unknown }>;
  /** Posts a Pod of one container `base`, never restarted unless the spec says so. */
  run(
    name: string,
    script: string,
    spec?: Record<string, unknown>,
    container?: Record<string, unknown>,
  ): Promise<void>;
  /** Polls until the Pod is as wanted. */
  until(name: string, isWanted: (pod: SeenPod) => boolean): Promise<SeenPod>;
  /** The log so far, or a followed one to its end, as soon as there is one. */
  log(name: string, query?: string): Promise<string>;
  close(): Promise<void>;
}

export const hasEnded = (pod: SeenPod): boolean => ['Succeeded', 'Failed'].includes(pod.status.phase);
export const isRunning = (pod: SeenPod): boolean =>
  pod.status.containerStatuses[0]?.state.running !== undefined;

/** openEmulator starts one in a folder of its own. */
export async function openEmulator(options: Partial<PodEmulatorOptions> = {}): Promise<EmulatorHarness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'taskpod-emulator-'));
  const { url, kubeconfigPath, notice, close } = await startPodEmulator({ port: 0, folder, ...options });
  const base = `${url}/api/v1/namespaces/test`;
  const call: EmulatorHarness['call'] = async (method, at, body) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${base}/${at}`, { method, ...sent });
    const text = await answer.text();
    return { code: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    url,
    folder,
    kubeconfigPath,
    notice,
    call,
    async run(name, script, spec = {}, container = {}) {
      const base = { name: 'base', image: 'x', command: ['sh', '-c', script], ...container };
      const answer = await call('POST', 'pods', {
        metadata: { name },
        spec: { restartPolicy: 'Never', containers: [base], ...spec },
      });
      if (answer.code !== 201) throw new Error(JSON.stringify(answer));
    },
    async until(name, isWanted) {
      const signal = AbortSignal.timeout(20_000);
      for (;;) {
        const pod = podSchema.parse((await call('GET', `pods/${name}`)).json);
        if (isWanted(pod)) return pod;
        if (signal.aborted) throw new Error(`Pod ${name} stays ${JSON.stringify(pod.status)}`);
        await systemClock.sleep(20, new AbortController().signal);
      }
    },
    async log(name, query = 'follow=true') {
      for (const signal = AbortSignal.timeout(20_000); ; await systemClock.sleep(20, signal)) {
        const answer = await fetch(`${base}/pods/${name}/log?${query}`);
        const text = await answer.text();
        if (answer.status === 200) return text;
        if (answer.status !== 204 && !text.includes('is waiting to start')) throw new Error(text);
      }
    },
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
