import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, startDeployment } from './cli-harness.ts';

let deployment: Deployment;
let folder: string;
beforeAll(async () => {
  deployment = await startDeployment();
  folder = await mkdtemp(join(tmpdir(), 'taskpod-variables-'));
});
afterAll(async () => {
  await deployment.close();
  await rm(folder, { recursive: true });
});

const stored = async (name: string) => {
  const object = await deployment.store.read(name, AbortSignal.timeout(20_000));
  return object && { text: object.body.toString(), metadata: object.metadata };
};
const done = (out: string, err = '') => ({ code: 0, out, err });

describe('variables', () => {
  test("set as Airflow's pages have it, through the real command", async () => {
    expect(await deployment.run(['variables', 'set', '--', 'my_value', 'example_value'])).toEqual(
      done('Variable my_value created\n'),
    );
    expect(await stored('config/variables/my_value')).toEqual({ text: 'example_value', metadata: {} });
    expect(await deployment.call('variables', 'get', 'my_value')).toEqual(done('example_value\n'));
  });

  test('a value from the standard input, and its description', async () => {
    const args = ['variables', 'set', 'tökén/1', '-', '--description', 'für Ä'];
    expect(await deployment.run(args, { stdin: 'a\n\u00e9\n' })).toEqual(done('Variable tökén/1 created\n'));
    expect(await stored('config/variables/t%C3%B6k%C3%A9n%2F1')).toEqual({
      text: 'a\n\u00e9',
      metadata: { description: 'für Ä' },
    });
    expect(await deployment.call('variables', 'get', 'tökén/1')).toEqual(done('a\n\u00e9\n'));
    await deployment.call('variables', 'delete', 'tökén/1');
  });

  test('deleted, it is not there', async () => {
    await deployment.call('variables', 'set', 'gone', '1');
    expect(await deployment.call('variables', 'delete', 'gone')).toEqual(done('Variable gone deleted\n'));
    const err = 'taskpod: Variable gone does not exist\nSee which there are: taskpod variables list\n';
    expect(await deployment.call('variables', 'delete', 'gone')).toEqual({ code: 1, out: '', err });
    expect(await deployment.call('variables', 'get', 'gone')).toEqual({ code: 1, out: '', err });
  });

  test('export, delete all, import: the same again', async () => {
    const file = join(folder, 'all.json');
    const values = {
      text: 'a b',
      number: '1.50',
      flag: 'true',
      list: '[\n  1,\n  "\\u00e9"\n]',
      odd: '1],[2',
    };
    for (const [key, value] of Object.entries(values)) await deployment.call('variables', 'set', key, value);
    await deployment.call('variables', 'set', 'text', 'a b', '--description', 'words');
    expect(await deployment.run(['variables', 'export', file])).toEqual(
      done('', `6 variables exported to ${file}\n`),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe(`{
    "flag": true,
    "list": [
        1,
        "\\u00e9"
    ],
    "my_value": "example_value",
    "number": "1.50",
    "odd": "1],[2",
    "text": {
        "description": "words",
        "value": "a b"
    }
}
`);
    for (const key of [...Object.keys(values), 'my_value']) await deployment.call('variables', 'delete', key);
    expect(await deployment.call('variables', 'import', file)).toEqual(done('6 of 6 variables set\n'));
    for (const [key, value] of Object.entries(values))
      expect(await deployment.call('variables', 'get', key)).toEqual(done(`${value}\n`));
    expect((await stored('config/variables/text'))?.metadata).toEqual({ description: 'words' });
  });
});

const uri = 'postgres://me:s%40cret@db.example.com:5432/sales?sslmode=require&token=t0ken';
const secret = /s@cret|s%40cret|t0ken/;

describe('connections', () => {
  test('added by URI from the standard input, shown without its secrets', async () => {
    const result = await deployment.run(['connections', 'add', 'sales', '--conn-uri', '-'], {
      stdin: `${uri}\n`,
    });
    expect(result).toEqual(done('Connection sales created\n'));
    expect(JSON.parse((await stored('config/connections/sales.json'))?.text ?? '')).toEqual({
      conn_type: 'postgres',
      description: null,
      host: 'db.example.com',
      login: 'me',
      password: 's@cret',
      schema: 'sales',
      port: 5432,
      extra: { sslmode: 'require', token: 't0ken' },
    });
    expect(await deployment.call('connections', 'get', 'sales')).toEqual(
      done(`conn_id    sales
conn_type  postgres
host       db.example.com
login      me
password   ***
schema     sales
port       5432
extra      {
             "sslmode": "require",
             "token": "***"
           }
`),
    );
    expect(await deployment.call('connections', 'list')).toEqual(
      done('sales\tpostgres\tdb.example.com\t5432\tme\tsales\t-\n'),
    );
    const both = [
      await deployment.call('connections', 'get', 'sales', '--json'),
      await deployment.call('connections', 'list', '--json'),
      await deployment.call('connections', 'add', 'sales', '--conn-uri', uri),
      await deployment.call('connections', 'add', 'other', '--conn-uri', uri, '--conn-host', 's@cret'),
    ];
    expect(both.map(({ code }) => code)).toEqual([0, 0, 1, 2]);
    expect(JSON.stringify(both)).not.toMatch(secret);
  });

  test('a password from the standard input', async () => {
    const args = ['connections', 'add', 'p', '--conn-type', 'http', '--conn-password-stdin', '--json'];
    const { out, ...rest } = await deployment.run(args, { stdin: 's@cret\r\n' });
    expect(rest).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(secret);
    expect(JSON.parse((await stored('config/connections/p.json'))?.text ?? '')).toMatchObject({
      conn_type: 'http',
      password: 's@cret',
    });
  });

  test.each(['json', 'yaml', 'env'])('export to %s, delete all, import: the same again', async format => {
    const file = join(folder, `connections.${format}`);
    await writeFile(file, 'older', { mode: 0o644 });
    const before = await Promise.all(['sales', 'p'].map(id => stored(`config/connections/${id}.json`)));
    expect(await deployment.call('connections', 'export', file)).toEqual(
      done('', `2 connections exported to ${file}, with passwords\n`),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const id of ['sales', 'p']) await deployment.call('connections', 'delete', id);
    expect(await deployment.call('connections', 'import', file)).toEqual(
      done('2 of 2 connections imported\n'),
    );
    const after = await Promise.all(['sales', 'p'].map(id => stored(`config/connections/${id}.json`)));
    // A URI does not tell an empty part from one that is not there.
    const plain = (text: string | undefined) => (format === 'env' ? text?.replaceAll('""', 'null') : text);
    expect(after.map(object => plain(object?.text))).toEqual(before.map(object => plain(object?.text)));
  });

  test('export to the terminal wants a word for it', async () => {
    expect(await deployment.call('connections', 'export', '-')).toEqual({
      code: 2,
      out: '',
      err: 'taskpod: the export holds passwords, and the standard output may be read by others\nGive the name of a file, or add --unmasked.\n',
    });
    const { out, code } = await deployment.call(
      'connections',
      'export',
      '-',
      '--unmasked',
      '--file-format',
      'env',
    );
    expect({ code, out }).toEqual({ code: 0, out: `p=http://:s%40cret@\nsales=${uri}\n` });
  });
});
