import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasCode } from '../../shared/errors.ts';
import {
  createPod,
  deadline,
  ended,
  freshName,
  logLines,
  logText,
  type PodsUnderTest,
  readLog,
  shell,
  waitMs,
} from './pods-support.ts';

/** podLogsContract is what every cluster behind the Pods port must do with logs. */
export function podLogsContract(title: string, open: () => Promise<PodsUnderTest>): void {
  describe.concurrent(`Pod logs: ${title}`, { timeout: waitMs }, () => {
    let under: PodsUnderTest;
    beforeAll(async () => {
      under = await open();
    }, waitMs);
    afterAll(() => under.close(), waitMs);

    test('a followed log has every line, also those written after it was opened', async () => {
      const name = freshName('follow');
      const script = 'for r in 1 2 3; do seq 1 3000; sleep 1; done; printf last';
      await createPod(under, name, { containers: [shell('base', script)] });
      const log = await readLog(under, { pod: name, container: 'base', follow: true });
      const round = Array.from({ length: 3_000 }, (_, index) => `${index + 1}\n`).join('');
      expect(logText(log)).toBe(`${round.repeat(3)}last`);
    });

    test('each line has a time with nine digits, and times do not go back', async () => {
      const name = freshName('times');
      await createPod(under, name, { containers: [shell('base', 'seq 1 500; sleep 1; seq 1 500')] });
      await ended(under, name);
      const lines = logLines(await readLog(under, { pod: name, container: 'base', follow: false }));
      const times = lines.map(line => line.time);
      expect(times).toHaveLength(1_000);
      expect(times.filter(time => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(time))).toEqual([]);
      expect(times).toEqual(times.toSorted());
    });

    test('sinceTime is cut to its second: nothing newer is missing, older lines of that second come again', async () => {
      const name = freshName('since');
      const script = 'for i in 1 2 3; do echo $i-a; echo $i-b; sleep 2; done';
      await createPod(under, name, { containers: [shell('base', script)] });
      await ended(under, name);
      const request = { pod: name, container: 'base', follow: false };
      const all = logLines(await readLog(under, request));
      const cursor = all.find(line => line.text === '2-b\n')?.time ?? '';
      const since = logLines(await readLog(under, { ...request, sinceTime: cursor }));
      const expected = all.filter(line => line.time.slice(0, 19) >= cursor.slice(0, 19));
      expect(since).toEqual(expected);
      expect(expected.map(line => line.text).slice(-3)).toEqual(['2-b\n', '3-a\n', '3-b\n']);
    });

    test('long lines and bytes that are no text come as they were written', async () => {
      const name = freshName('bytes');
      const script =
        'head -c 40000 /dev/zero | tr "\\0" x; echo; printf "\\303\\244\\n\\t|\\n\\n"; printf end';
      await createPod(under, name, { containers: [shell('base', script)] });
      const log = logText(await readLog(under, { pod: name, container: 'base', follow: true }));
      expect(log).toBe(`${'x'.repeat(40_000)}\nä\n\t|\n\nend`);
    });

    test('the log of a container that printed nothing is empty, and a followed one ends', async () => {
      const name = freshName('silent');
      await createPod(under, name, { containers: [shell('base', 'sleep 1')] });
      expect(await readLog(under, { pod: name, container: 'base', follow: true })).toBe('');
    });

    test('the log of a Pod that is gone is not found', async () => {
      const name = freshName('gone');
      const pod = await createPod(under, name, { containers: [shell('base', 'exit 0')] });
      await ended(under, name);
      const { pods, namespace } = under;
      await pods.remove(namespace, name, { uid: pod.metadata.uid, signal: deadline() });
      const signal = deadline();
      while ((await pods.read(namespace, name, signal)) !== undefined) signal.throwIfAborted();
      const request = { namespace, pod: name, container: 'base', follow: false };
      const failure = await pods.openLog(request, deadline()).catch((error: unknown) => error);
      expect(hasCode(failure, 'not_found')).toBe(true);
    });
  });
}
