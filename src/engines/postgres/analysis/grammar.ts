import * as library from 'libpg-query';

/** In a file of its own, so that it is loaded on first use whichever kind of module a bundler finds. */
export { library };
