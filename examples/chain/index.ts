import { http } from '@google-cloud/functions-framework';
import { PubSub } from '@google-cloud/pubsub';
import load from './load.json' with { type: 'json' };

const tasks = new PubSub().topic(process.env.TASKPOD_TASKS_TOPIC ?? 'tasks');

/** Is pushed the event of each etl/extract that has succeeded, and publishes etl/load of the same run. */
http('chain', async (request, response) => {
  const event = JSON.parse(Buffer.from(request.body.message.data, 'base64').toString());
  const { dag_id, run_id } = event.data;
  await tasks.publishMessage({ json: { ...load, dag_id, run_id } });
  response.status(204).end();
});
