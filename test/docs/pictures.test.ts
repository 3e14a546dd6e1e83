import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesOf, measuredPages, picturesAndPages } from '../../scripts/pictures.ts';
import { readText } from './page.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const committed = filesOf(join(docs, 'pictures'));
const { pictures } = picturesAndPages(filesOf(join(docs, 'measured')), readText);
const pages = measuredPages.map(readText).join('\n');

/** What a page shows: a picture in two themes, and what it tells in words. */
const shown = [
  ...pages.matchAll(
    /<picture>\n {2}<source media="\(prefers-color-scheme: dark\)" srcset="pictures\/([\w-]+\.svg)">\n {2}<img src="pictures\/([\w-]+\.svg)" width="800" alt="([^"]+)">\n<\/picture>/g,
  ),
].map(([, dark = '', light = '', alt = '']) => ({ dark, light, alt }));

test('docs/pictures holds what docs/measured makes, and nothing else; if not, run: npm run pictures', () => {
  const made = Object.entries(pictures).map(([file, text]) => [file.replace('docs/pictures/', ''), text]);
  expect(committed).toEqual(Object.fromEntries(made));
});

test('the same figures make the same bytes a second time, after other pictures', () => {
  expect(picturesAndPages(filesOf(join(docs, 'measured')), readText).pictures).toEqual(pictures);
});

test('each picture is shown once, light and dark', () => {
  expect(shown.flatMap(({ dark, light }) => [dark, light]).toSorted()).toEqual(
    Object.keys(committed).toSorted(),
  );
  expect(pages.match(/<picture>/g)?.length).toBe(shown.length);
  for (const { dark, light } of shown) expect(dark).toBe(light.replace('-light.svg', '-dark.svg'));
});

describe.each(Object.entries(committed))('%s', (file, svg) => {
  test('says in words what it shows, as the page does', () => {
    const name = file.replace(/-(light|dark)\.svg$/, '');
    const alt = shown.find(({ light }) => light === `${name}-light.svg`)?.alt;
    expect(svg).toMatch(/^<svg role="img" aria-labelledby="title alt" /);
    expect(svg.match(/<title id="title">[^<]{10,}<\/title>/g)?.length).toBe(1);
    expect(svg.match(/<desc id="alt">([^<]+)<\/desc>/)?.[1]).toBe(alt);
    expect(alt).toMatch(/\d.*\.$/);
  });

  test('is one closed document, and has no script, no event, and nothing from elsewhere', () => {
    const names = [...svg.matchAll(/<([a-zA-Z]+)/g)].map(([, name]) => name);
    const allowed = [
      'svg',
      'title',
      'desc',
      'rect',
      'path',
      'text',
      'tspan',
      'g',
      'defs',
      'clipPath',
      'style',
    ];
    expect([...new Set(names)].filter(name => !allowed.includes(name ?? ''))).toEqual([]);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|href|@import|\bon\w+=|javascript:|data:|url\((?!#)/i,
    );
    expect(svg.endsWith('</svg>\n')).toBe(true);
  });
});
