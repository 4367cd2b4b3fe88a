/** What `--scenario` of the demo may be. */
export const showNames = ['migrations', 'replace'] as const;

export type ShowName = (typeof showNames)[number];
