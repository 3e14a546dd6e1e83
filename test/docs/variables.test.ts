import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/run.ts';
import { readKubernetesConnection } from '../../functions/launch/prepare/kubernetes-connection.ts';
import { parseTask } from '../shared/task/parse-task.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/variables.md');

describe('docs/variables.md', () => {
  const lines = [...page.replaceAll('\\\n', ' ').matchAll(/\$ (?:[^\n|]*\| )?taskpod ([^\n#<]*)/g)];
  const commands = lines.map(([, text = '']) => text.trim());

  test('there are commands in it', () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  test.each(commands)('taskpod %s', async command => {
    let ran = 0;
    const program = createProgram(async () => {
      ran++;
    });
    const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
    await program.parseAsync(
      words.map(([, single, double, plain]) => single ?? double ?? plain ?? ''),
      { from: 'user' },
    );
    expect(ran).toBe(1);
  });

  test('its task is one', () => {
    const [, json = ''] = /```json\n([^`]*)```/.exec(page) ?? [];
    const settings = { messageId: '1', defaultNamespace: 'default' };
    expect(parseTask(Buffer.from(json), settings)).toMatchObject({ ok: true });
  });

  test('it knows what a Kubernetes connection can say', () => {
    const [, section = ''] = page.split('## The connection of a task');
    const names = tableRows(section).flatMap(([name = '']) => name.split(', '));
    const meaning = (extra: Record<string, unknown>) => {
      const connection = {
        conn_type: 'kubernetes',
        description: null,
        host: null,
        login: null,
        password: null,
        schema: null,
        port: null,
      };
      return JSON.stringify(readKubernetesConnection('c', { ...connection, extra }));
    };
    const values: Record<string, unknown> = {
      xcom_sidecar_container_resources: { limits: { cpu: '1' } },
      xcom_sidecar_container_security_context: { runAsUser: 1 },
    };
    expect(names.filter(name => meaning({ [name]: values[name] ?? 'x' }) === meaning({}))).toEqual([]);
    expect(names).toHaveLength(8);
  });
});
