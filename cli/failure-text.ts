import type { Outcome } from '../shared/outcome.ts';

/** How a failed run is explained beyond its reason: names and values; a value of several lines has them separated by line ends. */
export function failureRows(outcome: Outcome): [name: string, value: string][] {
  const { containers, last_lines, pod_events = [], notes = [], pod_final = '' } = outcome;
  const rows: [string, string][] = [
    ['notes', notes.join('\n')],
    // What ended well explains nothing.
    ['containers', outcome.state === 'failed' ? containers.map(containerText).join('\n') : ''],
    ['last lines', last_lines?.lines.map(line => `${last_lines.container} | ${line}`).join('\n') ?? ''],
    ['events', pod_events.map(eventText).join('\n')],
    ['manifest', pod_final],
  ];
  return rows.filter(([, value]) => value !== '');
}

function containerText({ name, exit_code, reason, started_at }: Outcome['containers'][number]): string {
  if (exit_code !== null) return `${name}: exit code ${exit_code}${reason === null ? '' : ` (${reason})`}`;
  return started_at === null ? `${name}: not started` : `${name}: had not ended`;
}

type ShownEvent = NonNullable<Outcome['pod_events']>[number];

function eventText({ last_at, type, reason, message, count, container }: ShownEvent): string {
  const time = last_at === null ? '' : `${last_at} `;
  const about = container === null ? '' : `${container}: `;
  const times = count > 1 ? ` (${count} times)` : '';
  return `${time}${type} ${reason}: ${about}${message.trim().replaceAll('\n', ' ')}${times}`;
}
