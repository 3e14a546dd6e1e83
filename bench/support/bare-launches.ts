import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { multipartUpload } from '../../shared/adapters/storage/multipart.ts';
import type { Deployment } from '../../test/cluster/harness.ts';
import { Bucket } from '../../test/cluster/support/bucket.ts';
import { closeServer } from '../../test/cluster/support/close-server.ts';
import { clusterEnvironment } from '../../test/cluster/support/environment.ts';
import { loopbackAddress } from '../../test/cluster/support/loopback-address.ts';
import { Namespace } from '../../test/cluster/support/namespace.ts';
import { PubSub } from '../../test/cluster/support/pubsub.ts';
import { type BareServer, bareCall } from './bare-calls.ts';
import type { BarePosts } from './bare-posts.ts';
import { type LaunchPlan, planLaunch } from './plan-launch.ts';
import { onFakeNode } from './tasks.ts';

const mostTasks = 1_000;
const publishBatch = 100;
const withinMs = 120_000;
/** Lets the cluster end its work on Pods that are deleted. */
const settleMs = 3_000;

const pushSchema = z.object({ message: z.object({ data: z.string() }) });

/** What launching costs without any of our code. */
export interface BareLaunches {
  perSecond: number;
  /** Of this process, a task: publishing, receiving pushes, sending. */
  cpuMsPerTask: number;
}

/**
 * bareLaunches does for so many tasks what no launch can do without, by a client that does nothing else and checks nothing: a push is
 * received; marker and claim are written, the Pod is posted, the ticket and the state are published; the push is acknowledged.
 */
export async function bareLaunches(
  bare: BarePosts,
  tasks: number,
  deployment: Deployment,
): Promise<BareLaunches> {
  const servers = clusterEnvironment();
  const name = `${deployment.namespace.name}-launches`;
  const namespace = new Namespace(servers.kubeconfig, name);
  const bucket = new Bucket(servers.storage, name);
  const pubsub = new PubSub(servers.pubsub);
  const agent = new Agent({ keepAlive: true });
  const to = { storage: { url: servers.storage, agent }, pubsub: { url: servers.pubsub, agent } };
  const topic = (kind: string): string => `${deployment.topics.tasks}-bare-${kind}`;
  const env = deployment.env();
  const ids = Array.from({ length: Math.min(tasks, mostTasks) }, (_, i) => `bare-${i}`);
  const plans = new Map(ids.map(id => [id, planLaunch(onFakeNode(id), env)]));
  let posted = 0;
  const server = serve(async id => {
    const plan = plans.get(id);
    if (plan === undefined) return;
    for (const write of plan.writes) await create(to.storage, bucket.name, write);
    await bare.postOne(name, plan.manifest);
    posted += 1;
    await Promise.all([publish(to.pubsub, topic('watch'), id), publish(to.pubsub, topic('events'), id)]);
  });
  try {
    await Promise.all([namespace.create(), bucket.create('lab-project')]);
    for (const kind of ['tasks', 'watch', 'events']) await pubsub.createTopic(topic(kind));
    await pubsub.subscribePush(
      topic('tasks'),
      topic('tasks').replace('/topics/', '/subscriptions/'),
      await loopbackAddress(server),
    );
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    for (let at = 0; at < ids.length; at += publishBatch) {
      await pubsub.publish(topic('tasks'), ids.slice(at, at + publishBatch));
    }
    for (const end = began + withinMs; posted < ids.length; await sleep(5)) {
      if (performance.now() > end)
        throw new Error(`${posted} of ${ids.length} bare launches were done in time`);
    }
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond: ids.length / seconds, cpuMsPerTask: (user + system) / 1_000 / ids.length };
  } finally {
    await pubsub.cleanUp();
    if (server.listening) await closeServer(server);
    agent.destroy();
    await bare.deleteAll(name);
    await namespace.cleanUp();
    await bucket.cleanUp();
    await sleep(settleMs);
  }
}

function serve(launch: (id: string) => Promise<void>): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { message } = pushSchema.parse(await json(request));
    const done = launch(Buffer.from(message.data, 'base64').toString('utf8'));
    const status = await done.then(
      () => 204,
      () => 503,
    );
    response.writeHead(status).end();
  };
  return createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
}

async function create(to: BareServer, bucket: string, write: LaunchPlan['writes'][number]): Promise<void> {
  const upload = multipartUpload({ name: write.name }, Buffer.from(write.body), 'bench');
  await bareCall(to, {
    method: 'POST',
    path: `/upload/storage/v1/b/${bucket}/o?uploadType=multipart&ifGenerationMatch=0`,
    body: Buffer.concat(upload.body).toString('utf8'),
    contentType: upload.contentType,
  });
}

async function publish(to: BareServer, topic: string, text: string): Promise<void> {
  const body = JSON.stringify({ messages: [{ data: Buffer.from(text).toString('base64') }] });
  await bareCall(to, { method: 'POST', path: `/v1/${topic}:publish`, body });
}
