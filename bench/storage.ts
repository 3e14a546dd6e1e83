import { Agent } from 'node:http';
import { inParallel } from '../functions/launch/sources/in-parallel.ts';
import { Bucket } from '../test/cluster/support/bucket.ts';
import { type BareServer, bareCall } from './support/bare-calls.ts';
import { startOwnStorage } from './support/own-storage.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import type { Series } from './support/series.ts';
import { serverCpu } from './support/server-cpu.ts';

const sizes = [100, 1_000, 4_000];
const probes = 200;
const atOnce = 20;

await runBench('storage', 10, measure);

/** CPU that one request costs a storage server, by the number of objects in the bucket: what bench/load.ts stands on. */
async function measure(context: BenchContext): Promise<Findings> {
  const given = process.env.STORAGE_EMULATOR_HOST;
  const series =
    given === undefined ? [] : await ofServer('STORAGE_EMULATOR_HOST', withScheme(given), context);
  const own = await startOwnStorage();
  try {
    series.push(...(await ofServer('local/storage', own.url, context)));
  } finally {
    await own.close();
  }
  const notes = [
    `${probes} requests of each kind, ${atOnce} at a time, objects of 1,000 bytes; columns: objects in the bucket`,
  ];
  return { measured: [], series, goals: [], notes };
}

async function ofServer(name: string, url: string, { check, progress }: BenchContext): Promise<Series[]> {
  const bucket = new Bucket(url, `taskpod-bench-${Date.now()}`);
  const server: BareServer = { url, agent: new Agent({ keepAlive: true }) };
  await bucket.create('lab-project');
  const objects = `/storage/v1/b/${bucket.name}/o`;
  const create = (id: string): Promise<string> =>
    bareCall(server, {
      method: 'POST',
      path: `/upload${objects}?uploadType=media&ifGenerationMatch=0&name=${id}`,
      body: 'x'.repeat(1_000),
    });
  const kinds: Record<string, (id: string) => Promise<string>> = {
    create,
    read: id => bareCall(server, { method: 'GET', path: `${objects}/${id}?alt=media` }),
    'list of one': id => bareCall(server, { method: 'GET', path: `${objects}?prefix=${id}` }),
    delete: id => bareCall(server, { method: 'DELETE', path: `${objects}/${id}` }),
  };
  const series = Object.keys(kinds).map(kind => ({ kind, values: [] as Series['values'][number][] }));
  try {
    let filled = 0;
    for (const size of sizes) {
      check();
      progress(`${name}: ${size} objects`);
      const ids = Array.from(
        { length: size - filled },
        (_, i) => `old-${String(filled + i).padStart(6, '0')}`,
      );
      await inParallel(ids, atOnce, create);
      filled = size;
      const probed = Array.from({ length: probes }, (_, i) => `new-${size}-${String(i).padStart(6, '0')}`);
      for (const { kind, values } of series) {
        const before = await cpuOf(url);
        await inParallel(probed, atOnce, kinds[kind] ?? create);
        values.push({ tasks: size, value: (1_000 * ((await cpuOf(url)) - before)) / probes });
      }
    }
    return series.map(({ kind, values }) => ({ what: `${name}: ${kind}`, unit: 'ms', of: 'task', values }));
  } finally {
    await inParallel(await bucket.list(), atOnce, object => bucket.remove(object.name));
    await bucket.cleanUp();
    server.agent.destroy();
  }
}

async function cpuOf(url: string): Promise<number> {
  return (await serverCpu({ api: url, storage: url, pubsub: url })).storage ?? Number.NaN;
}

function withScheme(host: string): string {
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}
