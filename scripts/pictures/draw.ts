import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Picture } from './picture.ts';
import type { Theme } from './themes.ts';

/** A page shows it at this width without making it smaller. */
const width = 800;
const fonts = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

/** draw gives a picture as one SVG document, which depends on nothing but the picture and the theme. */
export function draw({ title, subtitle, alt, height, option }: Picture, theme: Theme): string {
  use([
    BarChart,
    LineChart,
    ScatterChart,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TitleComponent,
    SVGRenderer,
  ]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: theme.background,
      textStyle: { fontFamily: fonts, color: theme.text },
      title: {
        text: title,
        subtext: subtitle,
        left: 16,
        top: 12,
        itemGap: 6,
        textStyle: { color: theme.text, fontSize: 17, fontWeight: 600 },
        subtextStyle: { color: theme.quiet, fontSize: 13 },
      },
      ...option(theme),
    });
    return finished(chart.renderToSVGString(), { title, alt });
  } finally {
    chart.dispose();
  }
}

/** What is done when a mouse comes, which never does to an image on a page; its names depend on what was drawn before. */
const ofMice =
  /<style\b[^>]*>[\s\S]*?<\/style>|\s(?:class="zr\d+-cls-\d+"|pointer-events="\w+"|ecmeta_\w+="\w+")/g;

/** Says what is to be seen, takes out what depends on other pictures, and gives each element a line, so that a change can be read. */
function finished(svg: string, { title, alt }: { title: string; alt: string }): string {
  const head = svg.indexOf('>') + 1;
  const words = `<title id="title">${escaped(title)}</title><desc id="alt">${escaped(alt)}</desc>`;
  const opening = svg
    .slice(0, head)
    .replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', '')
    .replace('<svg', '<svg role="img" aria-labelledby="title alt"');
  const rest = svg
    .slice(head)
    .replaceAll(ofMice, '')
    .replaceAll(/\bzr\d+-/g, '')
    .replaceAll(/><\/(rect|path)>/g, '/>');
  return `${`${opening}${words}${rest}`.replaceAll('><', '>\n<').trimEnd()}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
