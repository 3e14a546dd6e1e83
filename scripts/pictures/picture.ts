import type { EChartsOption } from 'echarts';
import type { Theme } from './themes.ts';

/** A picture before it is painted. */
export interface Picture {
  /** Of its files, below docs/pictures. */
  name: string;
  title: string;
  /** Where the figures come from, and how to read the axes. */
  subtitle: string;
  /** What it tells, with its figures, for those who do not see it. */
  alt: string;
  height: number;
  option: (theme: Theme) => EChartsOption;
}

/** pictureFile is the file of a picture in a theme, below docs. */
export function pictureFile({ name }: Picture, theme: Theme['name']): string {
  return `pictures/${name}-${theme}.svg`;
}

/** showPicture is the Markdown that shows a picture on a page of docs, in the theme of the reader. */
export function showPicture(picture: Picture): string {
  const alt = picture.alt.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${pictureFile(picture, 'dark')}">`,
    `  <img src="${pictureFile(picture, 'light')}" width="800" alt="${alt}">`,
    '</picture>',
  ].join('\n');
}
