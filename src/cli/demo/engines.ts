/** What `--engine` of the demo may be. */
export const demoEngines = ['postgres', 'mariadb', 'mysql'] as const;

export type DemoEngine = (typeof demoEngines)[number];
