/** The least throughput of many logs at once, in times of as many curls'. */
export const leastOfCurl = 0.8;

/** The most that watch may hold at its second burst, in times of what it held at its first. */
export const mostGrowth = 1.2;
