import { http } from '@google-cloud/functions-framework';

/** Is pushed the event of each run that has failed for good, and tells a chat of it. */
http('alert', async (request, response) => {
  const event = JSON.parse(Buffer.from(request.body.message.data, 'base64').toString());
  const { state, reason, summary } = event.data;
  const text = `${event.subject}: ${state} (${reason}). ${summary}`;
  const answer = await fetch(process.env.WEBHOOK_URL ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(10_000),
  });
  // Pub/Sub pushes it again when the chat has not taken it.
  response.status(answer.ok ? 204 : 503).end();
});
