/** What a picture is painted with. */
export interface Theme {
  name: 'light' | 'dark';
  background: string;
  text: string;
  /** Axes and what explains. */
  quiet: string;
  /** Lines that help the eye, and nothing else. */
  grid: string;
  /** What the measured is held against. */
  goal: string;
  /** What Taskpod is compared to. */
  reference: string;
  /** Taskpod’s own, one or two: blue and orange of Okabe and Ito, which people who see few colours tell apart. */
  first: string;
  second: string;
}

/** On a white page and on a dark one, each with a contrast of at least 3 between a colour and the background. */
export const themes: readonly Theme[] = [
  {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    quiet: '#59636e',
    grid: '#e4e7eb',
    goal: '#1f2328',
    reference: '#8c959f',
    first: '#0072b2',
    second: '#d55e00',
  },
  {
    name: 'dark',
    background: '#0d1117',
    text: '#f0f6fc',
    quiet: '#9ba4ae',
    grid: '#2b3138',
    goal: '#f0f6fc',
    reference: '#6e7681',
    first: '#56b4e9',
    second: '#e69f00',
  },
];
